import { afterEach, describe, expect, it } from 'vitest';
import { analyse } from '../../models/decision/analyse.ts';
import { candleColumnsOf } from '../../operators/candles/candle-columns-of.ts';
import {
  type AnalysisPool,
  type AnalysisPoolOptions,
  AnalysisTimeout,
  createAnalysisPool,
  Overloaded,
  type TaskReport,
} from '../../workers/analysis-pool.ts';
import { patience } from '../support/patience.ts';

const columns = candleColumnsOf(
  Array.from({ length: 250 }, (_, i) => {
    const open = 100 * Math.exp(0.02 * Math.sin(i / 7) + 0.01 * Math.sin(i * i));
    const close = 100 * Math.exp(0.02 * Math.sin((i + 1) / 7) + 0.01 * Math.sin((i + 1) ** 2));
    const [high, low] = [Math.max(open, close) * 1.001, Math.min(open, close) * 0.999];
    return { openTime: i * 60_000, open, high, low, close, volume: 1 + (i % 5) };
  }),
);
const bad = new URL('./bad-worker.ts', import.meta.url);
const pools: AnalysisPool[] = [];
const poolOf = (options: AnalysisPoolOptions): AnalysisPool => {
  const pool = createAnalysisPool(options);
  pools.push(pool);
  return pool;
};
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

describe('createAnalysisPool', () => {
  it('gives in a thread what the model gives here, and leaves the columns alone', async () => {
    const reports: TaskReport[] = [];
    const pool = poolOf({ threads: 1, onTask: (report) => reports.push(report) });
    expect(await pool.analyse(columns, { seed: 3 })).toEqual(analyse(columns, { seed: 3 }));
    expect(columns.close.length).toBe(250);
    expect(reports).toMatchObject([{ lane: 'request', result: 'done' }]);
    expect(reports[0]?.runMs).toBeGreaterThan(0);
  });

  it('passes on what the analysis throws', async () => {
    const pool = poolOf({ threads: 1, worker: bad });
    await expect(pool.analyse(columns, { seed: -3 })).rejects.toThrow('a bad window');
    expect(await pool.analyse(columns, { seed: 1 })).toEqual({ seed: 1, length: 1500 });
  });

  it('replaces a thread that hangs or dies within 2 s', async () => {
    const pool = poolOf({ threads: 1, worker: bad, timeoutMs: 1500 });
    for (const [seed, error] of [
      [-1, AnalysisTimeout],
      [-2, /exit/],
    ] as const) {
      const lost = pool.analyse(columns, { seed });
      const next = pool.analyse(columns, { seed: 1 }, { lane: 'live' });
      await expect(lost).rejects.toThrow(error);
      const from = performance.now();
      expect(await next).toMatchObject({ seed: 1 });
      expect(performance.now() - from).toBeLessThan(2000 * patience());
    }
  });

  it('takes live closes first and refuses requests beyond the bound, never the first of a caller', async () => {
    const pool = poolOf({ threads: 1, worker: bad, maxRequests: 3 });
    const order: string[] = [];
    const ask = (name: string, lane: Parameters<AnalysisPool['analyse']>[2]) =>
      pool.analyse(columns, { seed: 5 }, lane).then(() => order.push(name));
    const flood = ['r0', 'r1', 'r2', 'r3'].map((name) => ask(name, { lane: 'request', caller: 'a' }));
    const refused = await ask('r4', { lane: 'request', caller: 'a' }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Overloaded);
    expect(refused).toMatchObject({ retryAfter: 1 });
    const other = ask('b0', { lane: 'request', caller: 'b' });
    const live = ask('live', { lane: 'live' });
    await Promise.all([...flood, other, live]);
    expect(order).toEqual(['r0', 'live', 'r1', 'b0', 'r2', 'r3']);
  });

  it('ends what runs and what waits when closed', async () => {
    const pool = poolOf({ threads: 1, worker: bad });
    const lost = [pool.analyse(columns, { seed: -1 }), pool.analyse(columns, { seed: 1 })].map((promise) =>
      promise.catch((error: unknown) => error),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    await pool.close();
    for (const error of await Promise.all(lost)) expect(error).toBeInstanceOf(Error);
    await expect(pool.analyse(columns, {})).rejects.toThrow('closed');
  });
});
