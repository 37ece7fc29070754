import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findGaps } from '../../../cli/history/find-gaps.ts';
import { missing, nextPage, PAGE_BARS } from '../../../cli/history/fetch/next-page.ts';
import { mergeMinutes } from '../../../cli/history/merge-minutes.ts';
import { type Span, united, within, without } from '../../../cli/history/spans.ts';
import { openMillisBetween } from '../../../models/calendar/market-hours.ts';
import { candlesAt, minutesFrom } from './some-minutes.ts';

const minute = 60_000;
const spans = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })).map(([a, b]): Span => [a, b]),
  { maxLength: 8 },
);
const numbers = (all: readonly Span[]) =>
  new Set(all.flatMap(([a, b]) => Array.from({ length: Math.max(0, b - a) }, (_, i) => a + i)));
const sorted = (set: Iterable<number>) => [...set].sort((a, b) => a - b);

describe('spans', () => {
  it('unite, part and cut as the sets of their numbers do', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (all, a, b) => {
        const whole: Span = [Math.min(a, b), Math.max(a, b)];
        const set = numbers(all);
        expect(sorted(numbers(united(all)))).toEqual(sorted(set));
        expect(sorted(numbers(without(whole, all)))).toEqual(sorted(numbers([whole]).difference(set)));
        expect(sorted(numbers(within(united(all), whole)))).toEqual(
          sorted(numbers([whole]).intersection(set)),
        );
        const parts = united(all);
        for (const [i, [, end]] of parts.slice(0, -1).entries()) expect(end).toBeLessThan(parts[i + 1]![0]);
      }),
    );
  });
});

describe('mergeMinutes', () => {
  const times = fc
    .uniqueArray(fc.integer({ min: 0, max: 40 }))
    .map((all) => sorted(all).map((i) => i * minute));

  it('has every minute of both once, the later given where both have it, and counts', () => {
    fc.assert(
      fc.property(times, times, fc.boolean(), (a, b, isOther) => {
        const [old, given] = [candlesAt(a), candlesAt(b, isOther ? 200 : 100)];
        const { candles, added, changed } = mergeMinutes(old, given);
        expect([...candles.time]).toEqual(sorted(new Set([...a, ...b])));
        const both = b.filter((time) => a.includes(time)).length;
        expect([added, changed]).toEqual([b.length - both, isOther ? both : 0]);
        const from = new Map([...a.map((t) => [t, old] as const), ...b.map((t) => [t, given] as const)]);
        for (const [i, time] of candles.time.entries()) {
          const source = from.get(time)!;
          expect(candles.close[i]).toBe(source.close[source.time.indexOf(time)]);
        }
      }),
    );
  });

  it('calls volumes of two kinds mixed, unless one of them is gone', () => {
    const ticks = { ...candlesAt(minutesFrom(0, 3)), volumeKind: 'ticks' as const };
    expect(mergeMinutes(ticks, candlesAt(minutesFrom(minute, 3))).candles.volumeKind).toBe('mixed');
    expect(mergeMinutes(ticks, candlesAt(minutesFrom(0, 3))).candles.volumeKind).toBe('traded');
    expect(mergeMinutes(ticks, candlesAt([])).candles.volumeKind).toBe('ticks');
  });
});

describe('pages', () => {
  it.each(['crypto', 'forex', 'equity'] as const)(
    'take every minute of an open market once: %s',
    (market) => {
      const openMillis = (from: number, to: number) => openMillisBetween(market, from, to);
      const span: Span = [Date.UTC(2024, 0, 1), Date.UTC(2024, 6, 1)];
      const known: Span[] = [[Date.UTC(2024, 2, 5), Date.UTC(2024, 2, 9)]];
      const asked: Span[] = [];
      for (let pages = 0; pages < 100; pages++) {
        const page = nextPage(missing(span, [...known, ...asked], openMillis), openMillis);
        if (page === undefined) break;
        expect(openMillis(...page.span)).toBeLessThanOrEqual(PAGE_BARS * minute);
        expect(asked.every(([from, to]) => to <= page.span[0] || from >= page.span[1])).toBe(true);
        asked.push(page.span);
      }
      const all = united([...known, ...asked]);
      expect(without(span, all).every(([from, to]) => openMillis(from, to) < minute)).toBe(true);
      const pagesOfOpenHours = openMillis(...span) / minute / PAGE_BARS;
      expect(asked.length).toBeLessThan(1.5 * pagesOfOpenHours + 2);
    },
  );

  it('ask for scattered minutes together', () => {
    const openMillis = (from: number, to: number) => to - from;
    const page = nextPage(
      [0, 60, 600].map((i): Span => [i * minute, (i + 1) * minute]),
      openMillis,
    );
    expect(page).toEqual({
      span: [0, 601 * minute],
      wanted: [0, 60, 600].map((i) => [i * minute, (i + 1) * minute]),
    });
  });
});

describe('findGaps', () => {
  it('tells hours in which the market is closed from minutes that are missing', () => {
    const friday = Date.UTC(2024, 0, 5, 21, 50);
    // Forex rests from Friday 22:00 to Sunday 22:00 UTC in winter.
    const sunday = Date.UTC(2024, 0, 7, 22);
    const times = [
      ...minutesFrom(friday, 10),
      ...minutesFrom(sunday, 5),
      ...minutesFrom(sunday + 9 * minute, 2),
    ];
    const openMillis = (from: number, to: number) => openMillisBetween('forex', from, to);
    const gap = { from: sunday + 5 * minute, to: sunday + 9 * minute, openMs: 4 * minute };
    expect(findGaps(Float64Array.from(times), [[friday, sunday + 11 * minute]], openMillis)).toEqual([
      { ...gap, isKnown: true },
    ]);
    expect(findGaps(Float64Array.from(times), [[friday, gap.to - 1]], openMillis)).toEqual([
      { ...gap, isKnown: false },
    ]);
  });
});
