import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../models/random.ts';
import { Secret } from '../../../schema/secrets/secret.ts';
import type { SendResult } from '../../../sinks/posts/channels/channel.ts';
import { communityChannel } from '../../../sinks/posts/channels/community-channel.ts';
import type { Store } from '../../../store/open-store.ts';
import { type FuzzedAnswer, fuzzedAnswer } from '../../support/hostile/fuzzed-answers.ts';
import { patience } from '../../support/patience.ts';
import { pipeline } from '../../support/pipeline.ts';
import { temporaryStore } from '../../support/services/database.ts';
import { aSignal, placeOf } from '../../support/signals.ts';
import { until } from '../../support/until.ts';

const answers = Number(process.env['FUZZ_ANSWERS'] ?? 10_000);
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_128);
const posts = 200;
const timeoutMs = 600;

const isLate = ({ answer }: SendResult) => /no answer within|not sent/.test(answer);

/** A receiver that answers each post, by its id, with what `answerOf` gives, on a plain socket. */
async function receiver(answerOf: (id: string) => FuzzedAnswer | undefined) {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const [head, body] = text.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
      if (body === undefined || body.length < length) return;
      text = '';
      answerOf(/idempotency-key: (\S+)/i.exec(head!)![1]!)?.send(socket);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

describe('fuzzed answers of a platform', () => {
  let store: Store;
  let dispose: () => Promise<void>;
  beforeAll(async () => {
    ({ store, dispose } = await temporaryStore());
  });
  afterAll(() => dispose());

  it(`${answers} of them are each judged in time, kept only where PostgreSQL can, and no garbage is a delivery`, async () => {
    const drawn = new Map<string, FuzzedAnswer>();
    const { url, close } = await receiver((id) => drawn.get(id));
    const channel = communityChannel({
      url: new Secret(url),
      path: new Secret('/api/signals/external'),
      apiKey: new Secret('c4nary-key-7Qx'),
      idempotent: false,
      timeoutMs,
      perMinute: 1e9,
    });
    const random = seededRandom(seed);
    const results: SendResult[] = [];
    const tally: Record<string, number> = {};
    const wrong: string[] = [];
    let n = 0;
    const ask = async () => {
      while (n < answers) {
        const id = `f${n++}`;
        const answer = fuzzedAnswer(random);
        drawn.set(id, answer);
        const begun = performance.now();
        const result = await channel.send(aSignal({ id }), 1);
        drawn.delete(id);
        const tookMs = performance.now() - begun;
        results.push(result);
        const of = `${answer.label} ${result.kind}`;
        tally[of] = (tally[of] ?? 0) + 1;
        const isWrong =
          tookMs > (timeoutMs + 1_500) * patience() ||
          (answer.label === 'garbage' && result.kind === 'delivered') ||
          // One that this process was too busy to send in time is no fault.
          (answer.label === 'genuine' && result.kind !== 'delivered' && !isLate(result));
        if (isWrong)
          wrong.push(`${id} ${Math.round(tookMs)} ms ${result.kind} ${result.answer}: ${answer.what}`);
      }
    };
    await Promise.all(Array.from({ length: 24 }, ask));
    await close();
    console.log(JSON.stringify(tally));
    expect(wrong).toEqual([]);
    expect(results).toHaveLength(answers);
    expect(tally['genuine delivered']).toBeGreaterThan(answers / 100);
    const texts = results.flatMap((result) => [
      result.answer,
      'remoteId' in result ? (result.remoteId ?? '') : '',
    ]);
    for (const text of texts) expect(text).toMatch(/^[\P{Cc}]{0,420}$/u);
    for (const result of results)
      if ('afterMs' in result && result.afterMs !== undefined)
        expect(Number.isFinite(result.afterMs) && result.afterMs >= 0 && result.afterMs <= 86_400_000).toBe(
          true,
        );
    const pool = new Pool(store.connection);
    const { rows } = await pool.query<{ n: number; kept: string[] }>(
      'select count(h::jsonb)::int as n, array_agg(t) as kept from unnest($1::text[], $2::text[]) as x(h, t)',
      [texts.map((answer) => JSON.stringify([{ answer }])), texts],
    );
    await pool.end();
    expect(rows[0]!.n).toBe(texts.length);
    expect(rows[0]!.kept).toEqual(texts);
  });

  it(`each ends its own post within 60 s, and the next of its symbol goes within 5 s, ${posts} times`, async () => {
    const random = seededRandom(seed + 1);
    const asked = new Set<string>();
    const fine: FuzzedAnswer = {
      label: 'genuine',
      what: 'fine',
      send: (socket) =>
        void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 35\r\n\r\n{"signal_id":"x","status":"stored"} '),
    };
    const { url, close } = await receiver((id) => {
      if (asked.has(id)) return fine;
      asked.add(id);
      return fuzzedAnswer(random);
    });
    const ends = new Map<string, number>();
    const line = pipeline({
      store: {
        ...store,
        outbox: {
          ...store.outbox,
          settle: async (...parameters) => {
            const isMine = await store.outbox.settle(...parameters);
            if (parameters[3].state !== 'queued') ends.set(parameters[0], performance.now());
            return isMine;
          },
        },
      },
      url,
      channel: { timeoutMs },
    });
    try {
      const signals = Array.from({ length: posts }, (_, i) => aSignal(placeOf('FUZZ', i)));
      const begun = performance.now();
      await line.issue(...signals);
      await until(async () => {
        const { states } = await store.outbox.counts('community');
        return states.queued + states.sending === 0;
      }, 120_000);
      expect(ends.size).toBe(posts);
      const symbols = Map.groupBy(signals, ({ symbol }) => symbol);
      for (const own of symbols.values()) {
        const times = own.map(({ id }) => ends.get(id)!);
        for (const [i, time] of times.entries()) {
          const since = i === 0 ? begun : times[i - 1]!;
          expect(time - since, own[i]!.id).toBeLessThan(5_000 * patience() + timeoutMs);
          expect(time - since).toBeGreaterThan(0);
        }
      }
    } finally {
      await line.close();
      await close();
    }
  });
});
