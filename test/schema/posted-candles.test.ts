import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { PostedCandles } from '../../schema/posted-candles.ts';
import { awkwardText } from '../support/hostile/fuzz.ts';

const hour = 3_600;
const usual = (i: number) => ({
  time: 1_700_000_400 + i * hour,
  open: 100,
  high: 102,
  low: 99,
  close: 101,
  volume: 5,
});
const field = fc.oneof(
  fc.constantFrom<unknown>(
    99,
    '100.5',
    ' 101 ',
    0,
    -1,
    null,
    '',
    ' ',
    '1e2',
    '0x10',
    'NaN',
    true,
    [],
    {},
    undefined,
  ),
  fc.double(),
  awkwardText,
);
const moment = fc.constantFrom<unknown>(
  1_600_000_000,
  1_600_000_000_000,
  '1600000000',
  '2020-09-13 12:26:40',
  '2020.09.13 12:26',
  '2020-09-13T12:26:40Z',
  '2020-02-30',
  '',
  null,
  -5,
  1e300,
  true,
);

/** The count is made up of usual candles, so that the first one alone decides. */
const parse = (candle: unknown) =>
  PostedCandles.safeParse([candle, ...Array.from({ length: 249 }, (_, i) => usual(i))]);

it('PostedCandles takes a candle by its fast path only where it is right, whatever its fields hold', () => {
  fc.assert(
    fc.property(
      fc.record(
        {
          time: moment,
          timestamp: moment,
          datetime: moment,
          open: field,
          high: field,
          low: field,
          close: field,
          volume: field,
        },
        { requiredKeys: [] },
      ),
      (candle) => {
        const parsed = parse(candle);
        if (!parsed.success) {
          expect(parsed.error.issues).toHaveLength(1);
          expect(parsed.error.issues[0]!.path[0]).toBe(0);
          return;
        }
        const bar = parsed.data.find((one) => one.openTime < 1_700_000_000_000)!;
        for (const name of ['open', 'high', 'low', 'close'] as const)
          expect(bar[name]).toBe(Number(candle[name]));
        expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close));
        expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
        expect(bar.low).toBeGreaterThan(0);
        expect(bar.high).toBeLessThan(Infinity);
        expect(bar.openTime).toBe(1_600_000_000_000 - (bar.openTime % 60_000 === 0 ? 40_000 : 0));
        expect(bar.volume ?? 0).toBeGreaterThanOrEqual(0);
      },
    ),
    { numRuns: 3_000, seed: 13 },
  );
});

it('PostedCandles counts before it looks at any candle, and stops at the first bad one', () => {
  let looked = 0;
  const watched = (over: object) =>
    Object.defineProperty({ ...usual(0), ...over }, 'open', {
      get: () => {
        looked++;
        return 100;
      },
    });
  expect(PostedCandles.safeParse(Array.from({ length: 20_001 }, () => watched({}))).success).toBe(false);
  expect(looked).toBe(0);
  const result = PostedCandles.safeParse(Array.from({ length: 12_000 }, () => watched({ high: 1 })));
  expect(result.error?.issues).toHaveLength(1);
  expect(looked).toBeLessThan(5);
});
