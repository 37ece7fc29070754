import { describe, expect, it } from 'vitest';
import { openMillisBetween } from '../../../models/calendar/market-hours.ts';
import type { Candle } from '../../../schema/candle.ts';
import { dataQualityGate } from '../../../operators/signals/gates/data-quality-gate.ts';
import { windowQuality } from '../../../operators/analysis/window-quality.ts';
import { createEmptyWindows } from '../../../streams/symbol/empty-windows.ts';

const hour = 3_600_000;
type Market = 'forex' | 'metal';

/** How many windows of 250 hourly candles that end in `[from, to)` the gate refuses. `quiet`: hours in which nobody traded. */
function refusals(
  market: Market,
  from: string,
  to: string,
  quiet: (iso: string) => boolean = () => false,
  isConfirmed = true,
) {
  const openMillis = (begin: number, end: number) => openMillisBetween(market, begin, end);
  const traded: number[] = [];
  const none: number[] = [];
  for (let open = Date.parse(from) - 60 * 24 * hour; open < Date.parse(to); open += hour)
    if (openMillis(open, open + hour) > 0) (quiet(new Date(open).toISOString()) ? none : traded).push(open);
  const empty = createEmptyWindows({
    known: new Map(),
    historySize: 250,
    openMillis,
    closeOf: (_, open) => open + hour,
  });
  if (isConfirmed) empty.add('1h', none);
  const candles = traded.map((openTime, i) => ({
    openTime,
    closeTime: openTime + hour,
    open: 1,
    high: 1.2 + i / 1e4,
    low: 1,
    close: 1.1 + i / 1e4,
    complete: true,
  })) as Candle[];
  const ends = candles.flatMap((_, i) => (i >= 249 && traded[i]! >= Date.parse(from) ? i + 1 : []));
  const refused = ends.filter((end) => {
    const window = candles.slice(end - 250, end);
    const quality = windowQuality(window, openMillis, (begin, until) =>
      empty.tradedMillis('1h', begin, until),
    );
    return !dataQualityGate({} as never, quality).passed;
  });
  return { asked: ends.length, refused: refused.length };
}

/** Brokers go home early on the eves, and come back late. */
const thinChristmas = (iso: string) =>
  (iso >= '2026-12-24T17' && iso < '2026-12-26') ||
  (iso >= '2026-12-27T22' && iso < '2026-12-28T01') ||
  (iso >= '2026-12-31T18' && iso < '2027-01-02') ||
  (iso >= '2027-01-03T22' && iso < '2027-01-04T02');

describe('hourly windows around the holidays', () => {
  it('of EUR/USD are analysed from 24 December to 12 January', () => {
    expect(refusals('forex', '2026-12-24', '2027-01-13')).toEqual({ asked: 288, refused: 0 });
    expect(refusals('forex', '2026-12-24', '2027-01-13', thinChristmas)).toMatchObject({ refused: 0 });
    expect(refusals('forex', '2026-12-24', '2027-01-13', thinChristmas, false).refused).toBeGreaterThan(0);
  });

  it('of gold are analysed after Thanksgiving, Christmas and New Year', () => {
    expect(refusals('metal', '2026-11-24', '2027-01-20')).toMatchObject({ refused: 0 });
  });
});
