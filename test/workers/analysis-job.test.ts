import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { AnalysisJob } from '../../schema/analysis-job.ts';
import { ExactNumber } from '../../schema/outside/exact-number.ts';
import { columnsOfJob, encodeTask } from '../../workers/analysis-job.ts';

const double = fc.oneof(
  fc.double(),
  fc.constantFrom(-0, Number.NaN, Infinity, -Infinity, 5e-324, 2 ** 53 + 2),
);
const six = fc.integer({ min: 0, max: 20 }).chain((length) => {
  const column = fc
    .array(double, { minLength: length, maxLength: length })
    .map((all) => Float64Array.from(all));
  return fc.tuple(column, column, column, column, column, column);
});
const channel = 'bull:analysis:answers:1';
const throughJson = (task: ReturnType<typeof encodeTask>): AnalysisJob => {
  const job = { channel, lane: 'live' as const, limitMs: 1, ...task };
  return z.decode(AnalysisJob, JSON.parse(JSON.stringify(job)) as typeof job);
};

describe('ExactNumber', () => {
  it('brings any float64 through JSON to the last bit', () => {
    const numbers = z.array(ExactNumber);
    fc.assert(
      fc.property(fc.array(double), (values) => {
        const text = JSON.stringify(z.encode(numbers, values));
        expect(z.decode(numbers, JSON.parse(text) as number[])).toStrictEqual(values);
      }),
    );
  });
});

describe('encodeTask', () => {
  it('brings any window through JSON to the last bit', () => {
    fc.assert(
      fc.property(six, fc.constantFrom('traded', 'none'), (columns, volumeKind) => {
        const [time, open, high, low, close, volume] = columns;
        const window: CandleColumns = { time, open, high, low, close, volume, volumeKind };
        expect(columnsOfJob(throughJson(encodeTask(window, {})))).toStrictEqual(window);
      }),
    );
  });

  it('brings options through, and leaves those that are undefined out', () => {
    const none = new Float64Array();
    const window = { time: none, open: none, high: none, low: none, close: none, volume: none };
    const profile = {
      version: 1,
      barMs: 300_000,
      slots: Array.from({ length: 48 }, (_, i) => 0.1 * i + 1 / 3),
    };
    const options = { seed: -0, costBps: Number.NaN, calibration: { intercept: -Infinity, n: 3 }, profile };
    const task = encodeTask({ ...window, volumeKind: 'none' }, options);
    expect(throughJson(task).options).toStrictEqual(options);
    const given = encodeTask({ ...window, volumeKind: 'none' }, { seed: 1, costBps: undefined } as object);
    expect(throughJson(given).options).toStrictEqual({ seed: 1 });
  });

  it('is refused where a column is short, base64 broken, or a field strange', () => {
    const good = { channel, lane: 'live', limitMs: 1, packed: '', volumeKind: 'none', options: {} };
    expect(AnalysisJob.safeParse(good).success).toBe(true);
    for (const wrong of [
      { packed: Buffer.alloc(8).toString('base64') },
      { packed: '?'.repeat(64) },
      { options: { seed: '1' } },
      { options: { extra: 1 } },
      { options: { profile: { version: 1, barMs: 1, slots: [1] } } },
      { channel: 'elsewhere' },
      { more: 1 },
    ])
      expect(AnalysisJob.safeParse({ ...good, ...wrong }).success).toBe(false);
  });
});
