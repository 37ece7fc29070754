import { afterAll, describe, expect, it } from 'vitest';
import { platform, type Platform } from '../support/services/platform.ts';
import { until } from '../support/until.ts';
import { callingCandles } from '../support/calling-candles.ts';
import { createWorld, postClose, type World } from '../support/world.ts';

interface Stored {
  readonly entry: number;
  readonly tp: number;
  readonly signal_type: string;
  readonly end_deliveries?: readonly { channel: string; state: string }[];
}

describe('how a signal ended', () => {
  let world: World | undefined;
  let target: Platform | undefined;
  afterAll(async () => {
    await world?.dispose();
    await target?.close();
  });

  it('reaches the chat and the platform that were told of the signal', async () => {
    target = await platform();
    // Telegram's answer, which the platform's is not.
    target.answer = (response, { path }) =>
      void response
        .writeHead(200, { 'Content-Type': 'application/json' })
        .end(
          JSON.stringify(
            path.startsWith('/bot')
              ? { ok: true, result: { message_id: 1 } }
              : { message: 'ok', signal_id: 'p1', status: 'stored' },
          ),
        );
    world = await createWorld({
      COMMUNITY_TRADING_URL: target.url,
      COMMUNITY_END_PATH: '/ended',
      TELEGRAM_URL: target.url,
      TELEGRAM_BOT_TOKEN: '1:a',
      TELEGRAM_CHAT_ID: '@c',
    });
    const server = await world.start();
    const id = await postClose(server, 'EURX');
    const stored = async () => (await server.get<{ signal: Stored }>(`/signals/${id}`)).signal;
    const { received } = target;
    await until(() => received.length === 2);
    const opening = received.find(({ path }) => path.startsWith('/bot'))!.body['text'];
    expect(opening).toMatch(/break-even \d+ %, expected [+-]?\d\.\d\d R after cost/);
    expect(received.find(({ path }) => path === '/api/signals/external')!.body['reasoning']).toMatch(
      /P\(TP\) is \d+\.\d %, break-even \d+\.\d %, the expectation -?\d\.\d\d R after cost\./,
    );

    const { entry, tp, signal_type } = await stored();
    const candles = callingCandles();
    const last = candles.at(-1)!;
    const beyond = tp + 0.1 * (tp - entry);
    const next = {
      time: last.time + 3600,
      open: last.close,
      high: Math.max(last.close, beyond),
      low: Math.min(last.close, beyond),
      close: tp,
    };
    const answer = await fetch(`${server.url}/api/candle-complete`, {
      method: 'POST',
      headers: { ...server.key, 'content-type': 'application/json' },
      body: JSON.stringify({ symbol: 'EURX', timeframe: '1h', candles: [...candles.slice(1), next] }),
    });
    expect(answer.status).toBe(200);
    const told = await until(async () => {
      const { end_deliveries = [] } = await stored();
      return end_deliveries.length === 2 && end_deliveries.every(({ state }) => state === 'delivered')
        ? end_deliveries
        : undefined;
    });
    expect(told.map(({ channel }) => channel)).toEqual(['community', 'telegram']);
    expect(received.find(({ path }) => path === '/ended')).toMatchObject({
      headers: { 'idempotency-key': `${id}-end` },
      body: { signal_id: id, status: 'tp', action: signal_type },
    });
    const texts = received.map(({ body }) => body['text']).filter((text) => text !== undefined);
    expect(texts.at(-1)).toMatch(
      new RegExp(
        `^${signal_type} EURX 1h ended at take-profit: \\+\\d\\.\\d\\d R\\nEntry [\\d.]+, exit [\\d.]+$`,
      ),
    );
  });
});
