import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { checkHealth } from '../../../cli/doctor/check-health.ts';
import { checkChannels } from '../../../cli/doctor/check-channels.ts';
import { Secret } from '../../../schema/secrets/secret.ts';
import type { QueueAnswer } from '../../../schema/rest.ts';
import { until } from '../../support/until.ts';
import { answersQuickly, isReady } from '../../support/still-answers.ts';
import { createWorld, type ListedSignal, postClose } from '../../support/world.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** Telegram's Bot API, as far as messages go. */
async function telegram(answer: (chat: string, response: ServerResponse) => void) {
  const chats: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { chat_id: chat = '' } = JSON.parse(Buffer.concat(chunks).toString() || '{}') as {
        chat_id?: string;
      };
      chats.push(chat);
      answer(chat, response);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  cleanUp.push(() => new Promise((done) => server.close(done)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, chats };
}
const says = (response: ServerResponse, status: number, body: object) =>
  void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));

describe('a channel beside the platform', () => {
  it('fails: queue, health, metrics and doctor say so, while the platform delivers', async () => {
    const { url } = await telegram((_, response) =>
      says(response, 403, { ok: false, error_code: 403, description: 'Forbidden: bot was kicked' }),
    );
    const settings = { TELEGRAM_URL: url, TELEGRAM_BOT_TOKEN: '12:canary', TELEGRAM_CHAT_ID: '-42' };
    const world = await createWorld(settings);
    cleanUp.push(() => world.dispose());
    const server = await world.start();
    await isReady(server);
    await postClose(server, 'KICKED');
    const queue = await until(async () => {
      const answer = await server.get<QueueAnswer>('/api/signals/queue');
      return answer.counts.failed === 1 && answer.counts.completed === 1 && answer;
    });
    expect(queue.last_error).toMatch(/^telegram: .*bot was kicked/);
    expect(queue.channels).toMatchObject([
      { channel: 'community', ok: true, counts: { completed: 1, failed: 0 } },
      { channel: 'telegram', ok: false, counts: { completed: 0, failed: 1 }, last_delivered_at: null },
    ]);
    await until(async () => {
      const { parts } = await server.get<{ parts: Record<string, { state: string; reason?: string }> }>(
        '/health',
      );
      return parts['channels']?.state === 'degraded' && /bot was kicked/.test(parts['channels'].reason ?? '');
    });
    await answersQuickly(server);
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
    await until(async () =>
      /anso_channel_failing\{channel="telegram",service="anso-vision"\} 1/.test(
        await (await fetch(`${server.url}/metrics`)).text(),
      ),
    );
    const PORT = Number(new URL(server.url).port);
    const where = { HOST: '127.0.0.1', PORT };
    const health = await checkHealth(where, { running: true });
    expect(health.find(({ state }) => state === 'fail')?.says).toMatch(/telegram.*bot was kicked/);
    const asked = await checkChannels({
      TELEGRAM_URL: new Secret(url),
      TELEGRAM_BOT_TOKEN: new Secret(settings.TELEGRAM_BOT_TOKEN),
      TELEGRAM_CHAT_ID: settings.TELEGRAM_CHAT_ID,
      DISCORD_WEBHOOK_URL: undefined,
      WEBHOOK_URL: undefined,
    });
    expect(asked).toMatchObject([{ part: 'telegram', state: 'fail' }]);
    expect(JSON.stringify([...health, ...asked])).not.toContain('canary');
  });

  it('has moved: the post goes to the new chat, also after a restart', async () => {
    const api = await telegram((chat, response) =>
      chat === '-42'
        ? says(response, 400, {
            ok: false,
            error_code: 400,
            description: 'Bad Request: group chat was upgraded to a supergroup chat',
            parameters: { migrate_to_chat_id: -1001234567890 },
          })
        : says(response, 200, { ok: true, result: { message_id: 7 } }),
    );
    const world = await createWorld({
      TELEGRAM_URL: api.url,
      TELEGRAM_BOT_TOKEN: '12:canary',
      TELEGRAM_CHAT_ID: '-42',
    });
    cleanUp.push(() => world.dispose());
    let server = await world.start();
    const isThere = (id: string) =>
      until(async () => {
        const { signal } = await server.get<{ signal: ListedSignal }>(`/signals/${id}`);
        return signal.deliveries.find(({ channel }) => channel === 'telegram')?.state === 'delivered';
      }, 20_000);
    await isThere(await postClose(server, 'MOVED'));
    expect(api.chats).toEqual(['-42', '-1001234567890']);
    const queue = await server.get<QueueAnswer>('/api/signals/queue');
    expect(queue.channels?.find(({ channel }) => channel === 'telegram')?.note).toMatch(/-1001234567890/);
    expect(await server.stop()).toBe(0);
    server = await world.start();
    await isThere(await postClose(server, 'AFTER'));
    expect(api.chats).toEqual(['-42', '-1001234567890', '-1001234567890']);
  });
});
