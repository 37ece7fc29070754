import { expect, it } from 'vitest';
import { isTimely } from '../../../operators/candles/is-timely.ts';
import { candleAt, minute } from '../signals/signal-samples.ts';

it.each([
  ['1min', 6_000],
  ['5min', 30_000],
  ['15min', 60_000],
  ['1day', 60_000],
] as const)('a whole candle of %s is timely for %d ms after its close', (timeframe, ms) => {
  const candle = candleAt(1000 * minute, 100, { timeframe });
  const late = [0, ms, ms + 1].map((after) => isTimely(candle, candle.closeTime + after));
  expect(late).toEqual([true, true, false]);
  expect(isTimely({ ...candle, complete: false }, candle.closeTime)).toBe(false);
});
