import type { Bar, Candle } from '../../../schema/candle.ts';
import type { Outcome } from '../../../schema/signal.ts';
import { addSeen, type Seen } from './minute-marks.ts';
import { ended, excursionsOf, followBar, type Trade } from './outcomes.ts';
import { minuteMs } from '../../../schema/timeframe.ts';

type Span = readonly [from: number, to: number];

/**
 * The gap that an outage leaves in the prices of a followed trade, until minutes from REST or the store have filled it. Ticks go on
 * meanwhile, but the outcome that they give waits: a level may have been reached earlier, inside the gap.
 */
export interface PriceGap {
  /** The parts that are still missing, in order. */
  missing: readonly Span[];
  /** When waiting ends and the prices that are known decide, Unix ms. */
  readonly giveUpAt: number;
  /** The trade as it stood when the gap began; the bars of the gap are followed from there. */
  readonly before: Trade;
  readonly bars: (Bar & { readonly closeTime?: number })[];
  /** The outcome that ticks after the gap have given; it counts if the gap itself gives none. */
  later: Outcome | null;
  /** What ticks had told of its minutes before it began. */
  heard: Seen | null;
  /** Waiting has ended without all minutes: what was heard counts. */
  isGivenUp: boolean;
}

/** Bars of a gap that are kept: four weeks of minutes. */
const mostBars = 40_320;

/**
 * Begins a trade's gap, or widens it, by `[from, to)`. `to` is Infinity while the outage lasts; the call that knows its end replaces the
 * part without one. Minutes are waited for until `patienceMs` after the end.
 */
export function widenGap(
  trade: Trade,
  current: PriceGap | null,
  from: number,
  to: number,
  patienceMs: number,
): PriceGap | null {
  const finished = (current?.missing ?? []).filter(([, end]) => end !== Infinity);
  const ongoing = (current?.missing ?? []).find(([, end]) => end === Infinity);
  const start = Math.max(Math.min(from, ongoing?.[0] ?? from), trade.from);
  const end = to === Infinity ? to : Math.min(to, trade.expiresAt);
  if (start >= end && ongoing === undefined) return current;
  const span: Span[] = start < end ? [[start, end]] : [];
  return {
    missing: [...finished, ...span].toSorted((a, b) => a[0] - b[0]),
    giveUpAt: Math.max(zeroUnlessFinite(current?.giveUpAt), to + patienceMs),
    before: current?.before ?? { ...trade },
    bars: current?.bars ?? [],
    later: current?.later ?? null,
    heard: current?.heard ?? null,
    isGivenUp: false,
  };
}

/** Keeps what ticks had told of the minutes of a gap, for where their bars never come. */
export function keepHeard(gap: PriceGap, heard: Seen): void {
  if (gap.heard === null) gap.heard = heard;
  else addSeen(gap.heard, heard, gap.before.direction);
}

const zeroUnlessFinite = (time: number | undefined): number =>
  time === undefined || time === Infinity ? 0 : time;

/** Fills `[from, to)` with its minutes; in a minute without a bar no price was made. */
export function fillGap(gap: PriceGap, from: number, to: number, bars: readonly Bar[]): void {
  for (const bar of bars)
    if (gap.bars.length < mostBars && isMissing(gap, bar.openTime, bar.openTime + minuteMs))
      gap.bars.push(bar);
  gap.missing = gap.missing.flatMap(([a, b]): Span[] => {
    if (to <= a || from >= b) return [[a, b]];
    const rest: Span[] = [];
    if (a < from) rest.push([a, from]);
    if (to < b) rest.push([to, b]);
    return rest;
  });
}

/** Is any of `[from, to)` missing? A plain loop: a backtest asks it of every minute that a trade lives. */
function isMissing({ missing }: PriceGap, from: number, to: number): boolean {
  for (let i = 0; i < missing.length; i++) if (from < missing[i]![1] && to > missing[i]![0]) return true;
  return false;
}

/**
 * Waits no longer: where minutes are missing, what was heard of them counts, and closed candles of a longer timeframe stand in. A level
 * inside such a candle's range was reached in the gap, since none of the ticks that arrived has reached it.
 */
export function giveUpGap(gap: PriceGap, candles: readonly Candle[]): void {
  for (const candle of candles) if (isMissing(gap, candle.openTime, candle.closeTime)) gap.bars.push(candle);
  gap.missing = [];
  gap.isGivenUp = true;
}

/**
 * The outcome of a gap as far as it is known; takes its bars up to the first missing minute and, when none is missing, the later outcome.
 * Null: the trade goes on; once nothing is missing, its best and worst prices are those of the gap, too.
 */
export function resolveGap(trade: Trade, gap: PriceGap): Outcome | null {
  const { before } = gap;
  const knownTo = gap.missing[0]?.[0] ?? Infinity;
  const bars = inOrder(gap.bars);
  let next = 0;
  while (next < bars.length && bars[next]!.openTime < knownTo) {
    const bar = bars[next++]!;
    const outcome = followBar(before, bar, bar.closeTime ?? bar.openTime + minuteMs);
    if (outcome !== null) return outcome;
  }
  bars.splice(0, next);
  if (knownTo !== Infinity) return null;
  // After the bars: where one of them has ended the trade, what ticks told of its minute is no part of it.
  if (gap.isGivenUp && gap.heard !== null) addSeen(before, gap.heard, before.direction);
  // It expired inside the gap, where the bars know a later price than the ticks did; one of after the horizon does not count.
  const tickedAt = trade.lastAt < trade.expiresAt ? trade.lastAt : 0;
  if (gap.later?.status === 'expired' && before.lastAt > 0 && before.lastAt >= tickedAt)
    return ended(before, 'expired', before.last, before.expiresAt);
  addSeen(trade, before, trade.direction);
  return gap.later && { ...gap.later, ...excursionsOf(trade) };
}

/** Bars mostly come in their order: sorting a year of minutes costs more than to see that. */
function inOrder(bars: PriceGap['bars']): PriceGap['bars'] {
  for (let i = 1; i < bars.length; i++)
    if (bars[i]!.openTime < bars[i - 1]!.openTime) return bars.sort((a, b) => a.openTime - b.openTime);
  return bars;
}
