import { globSync } from 'node:fs';
import { seededRandom } from '../../models/random.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { needs } from '../support/needs.ts';
import { patience } from '../support/patience.ts';
import { until } from '../support/until.ts';
import type { RunningServer } from '../support/server.ts';
import { createWorld, deliveryOf, postClose, sleep } from '../support/world.ts';

const minute = 60_000;
const second = 1_000;
/** Steps of the clock with posts waiting: 50 by `npm run test:crash`. */
const steps = Number(process.env['CLOCK_STEPS'] ?? 4);
/** Longest delay before a second attempt, and what a step may add to it. */
const backoffMs = 4 * second;
const mostDelayMs = 5 * second;
const cleanUp: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** A server whose wall clock can be set while it runs; the provider's and the platform's are right. */
async function worldWithClock(wrongMs = 0) {
  const folder = await mkdtemp(join(tmpdir(), 'anso-clock-'));
  const file = join(folder, 'offset');
  cleanUp.push(() => rm(folder, { recursive: true, force: true }));
  const set = (ms: number) => writeFile(file, `${ms < 0 ? '' : '+'}${ms / second}\n`);
  await set(wrongMs);
  const world = await createWorld(
    {
      TIMEFRAMES: '1min',
      LD_PRELOAD: globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0]!,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    { symbols: ['BTC/USD', 'ETH/USD'] },
  );
  cleanUp.push(() => world.dispose());
  return { world, set };
}

interface ClockPart {
  readonly state: string;
  readonly reason?: string;
  readonly steps: number;
  readonly ahead_of_feed_seconds: number | null;
  readonly wall_clock_ahead_seconds: number;
}
const clockOf = async (server: RunningServer) =>
  (await server.get<{ parts: { clock: ClockPart } }>('/health')).parts.clock;
const readiness = (server: RunningServer) => server.get<{ ready: boolean; reasons: string[] }>('/ready');
const isReady = (server: RunningServer) => until(async () => (await readiness(server)).ready, 60_000);
const logged = (server: RunningServer, pattern: RegExp) => server.log.filter(({ msg }) => pattern.test(msg));

describe.concurrent('a wall clock', needs.faketime, () => {
  it('that is 600 s behind is said in /health, /ready and one log line, and taken when it is set right', async () => {
    const { world, set } = await worldWithClock(-600 * second);
    const server = await world.start();
    const wrong = await until(async () => {
      const part = await clockOf(server);
      return part.state === 'degraded' && part;
    }, 20_000);
    expect(Math.abs(wrong.ahead_of_feed_seconds! + 600)).toBeLessThanOrEqual(2);
    expect(wrong.reason).toMatch(/\b(?:599|600|601) s behind the feed/);
    expect((await fetch(`${server.url}/ready`)).status).toBe(503);
    expect((await readiness(server)).reasons.join()).toMatch(/clock: .* s behind the feed/);
    await sleep(5_000);
    expect(logged(server, /behind the feed/)).toHaveLength(1);

    await set(0);
    await isReady(server);
    expect(await clockOf(server)).toMatchObject({ state: 'ok', steps: 1, ahead_of_feed_seconds: null });
    expect(logged(server, /set forward by (?:599|600|601) s/)).toHaveLength(1);
  });

  it('that is set ahead and back leaves every candle whole, every post in time, and the feed live', async () => {
    const { world, set } = await worldWithClock();
    const { simulator } = world;
    const server = await world.start();
    await isReady(server);
    let steps = 0;
    let posts = 0;
    const step = async (ms: number) => {
      await set(ms);
      steps++;
      await until(async () => (await clockOf(server)).steps === steps, 5_000);
      const begun = performance.now();
      const id = await postClose(server, `POST${posts++}`);
      await until(async () => (await deliveryOf(server, id))?.state === 'delivered');
      expect(performance.now() - begun).toBeLessThan(5_000 * patience());
    };
    const nextMinute = async (offsetMs = 0) => {
      const at = Math.floor(Date.now() / minute) * minute + minute + offsetMs;
      await until(() => Date.now() >= at, 2 * minute);
      return at;
    };

    const from = await nextMinute();
    await step(3_600 * second);
    const ahead = await clockOf(server);
    expect(ahead).toMatchObject({ state: 'degraded', wall_clock_ahead_seconds: 3_600 });
    expect(ahead.reason).toMatch(/set forward by 3600 s/);
    expect((await readiness(server)).ready).toBe(true);
    await sleep(10_000);
    await step(0);
    expect(await clockOf(server)).toMatchObject({ state: 'ok', wall_clock_ahead_seconds: 0, steps: 2 });
    // Over the end of a minute.
    await nextMinute(-10_000);
    await step(180 * second);
    await sleep(17_000);
    await step(0);
    await nextMinute(-10_000);
    await step(-3_600 * second);
    const to = await nextMinute();

    const wanted = simulator.market
      .minutes('BTC/USD', from, to)
      .map(({ openTime, open, high, low, close }) => ({
        time: openTime / 1000,
        open,
        high,
        low,
        close,
        complete: true,
      }));
    expect(wanted).toHaveLength((to - from) / minute);
    const got = await until(async () => {
      const { candles } = await server.get<{ candles: { time: number; complete: boolean }[] }>(
        '/candles/BTCUSD?interval=1min&outputsize=250',
      );
      const inside = candles.filter(({ time }) => time * 1000 >= from && time * 1000 < to);
      return inside.length === wanted.length && inside;
    });
    expect(got).toMatchObject(wanted);
    expect(logged(server, /the wall clock was set/)).toHaveLength(steps);
    expect(logged(server, /stood still|starts again/)).toEqual([]);
    // The live minutes may have called something, too.
    const own = simulator.received().filter(({ body }) => body.symbol.startsWith('POST'));
    expect(new Set(own.map(({ id }) => id)).size).toBe(posts);
    expect(own).toHaveLength(posts);
  }, 420_000);

  it(
    `that is set ${steps} times at random, within a day either way, delays no waiting post by more than 5 s`,
    async () => {
      const { world, set } = await worldWithClock();
      const { simulator } = world;
      const server = await world.start();
      await isReady(server);
      const random = seededRandom(Number(process.env['CLOCK_SEED'] ?? 11));
      const delays: number[] = [];
      for (let n = 1; n <= steps; n++) {
        simulator.faults.community.next.push({ status: 503 });
        const waiting = await postClose(server, `WAIT${n}`);
        await until(async () => (await deliveryOf(server, waiting))?.attempts === 1);
        const since = performance.now();
        await set(Math.round((random() * 2 - 1) * 24 * 3_600) * second);
        await until(async () => (await clockOf(server)).steps === n, 10_000);
        const posted = performance.now();
        const fresh = await postClose(server, `FRESH${n}`);
        const deliveredAfter = async (id: string, from: number) => {
          await until(async () => (await deliveryOf(server, id))?.state === 'delivered');
          return performance.now() - from;
        };
        const [freshMs, waitedMs] = await Promise.all([
          deliveredAfter(fresh, posted),
          deliveredAfter(waiting, since),
        ]);
        delays.push(freshMs, waitedMs - backoffMs);
        expect(Math.max(freshMs, waitedMs - backoffMs), `step ${n}`).toBeLessThan(mostDelayMs * patience());
      }
      console.log(
        `${steps} steps of the clock: the longest delay of a post was ${Math.round(Math.max(...delays))} ms`,
      );
      const own = simulator.received().filter(({ body }) => /^(?:WAIT|FRESH)/.test(body.symbol));
      expect(own).toHaveLength(2 * steps);
      expect(new Set(own.map(({ id }) => id)).size).toBe(2 * steps);
    },
    120_000 + steps * 30_000,
  );
});
