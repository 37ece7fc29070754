import type { Bar, Candle } from '../../../schema/candle.ts';
import type { Outcome } from '../../../schema/signal.ts';
import { ended, excursionsOf, followBar, type Trade, widen } from './outcomes.ts';
import { minuteMs } from '../../../schema/timeframe.ts';

type Span = readonly [from: number, to: number];

/**
 * The gap that an outage leaves in a trade's prices, until minutes from REST or the store have filled it. Ticks go on meanwhile, but an
 * outcome of theirs is held: the level may have been reached in the gap, earlier.
 */
export interface PriceGap {
  /** The stretches that are still missing, in order. */
  missing: readonly Span[];
  /** When waiting ends and the prices that are known decide, Unix ms. */
  readonly giveUpAt: number;
  /** The trade as it stood when the gap began; bars are followed on it. */
  readonly before: Trade;
  readonly bars: (Bar & { readonly closeTime?: number })[];
  /** The outcome that a tick after the gap would give. */
  held: Outcome | null;
}

/** Bars of a gap that are kept: four weeks of minutes. */
const mostBars = 40_320;

/**
 * Begins a trade's gap, or widens it, by `[from, to)`. `to` is Infinity while the outage lasts; the call with its end replaces that
 * stretch. Waiting is given up `patienceMs` after the end.
 */
export function widenGap(
  trade: Trade,
  current: PriceGap | null,
  from: number,
  to: number,
  patienceMs: number,
): PriceGap | null {
  const ended = (current?.missing ?? []).filter(([, end]) => end !== Infinity);
  const ongoing = (current?.missing ?? []).find(([, end]) => end === Infinity);
  const start = Math.max(Math.min(from, ongoing?.[0] ?? from), trade.from);
  const end = to === Infinity ? to : Math.min(to, trade.expiresAt);
  if (start >= end && ongoing === undefined) return current;
  const span: Span[] = start < end ? [[start, end]] : [];
  return {
    missing: [...ended, ...span].toSorted((a, b) => a[0] - b[0]),
    giveUpAt: to === Infinity ? to : Math.max(finite(current?.giveUpAt), to + patienceMs),
    before: current?.before ?? { ...trade },
    bars: current?.bars ?? [],
    held: current?.held ?? null,
  };
}

const finite = (time: number | undefined): number => (time === undefined || time === Infinity ? 0 : time);

/** Fills `[from, to)` with its minutes; a minute without a bar had no trade. */
export function fillGap(gap: PriceGap, from: number, to: number, bars: readonly Bar[]): void {
  for (const bar of bars) {
    const wanted = gap.missing.some(([a, b]) => bar.openTime < b && bar.openTime + minuteMs > a);
    if (wanted && gap.bars.length < mostBars) gap.bars.push(bar);
  }
  gap.missing = gap.missing.flatMap(([a, b]): Span[] => {
    if (to <= a || from >= b) return [[a, b]];
    const rest: Span[] = [];
    if (a < from) rest.push([a, from]);
    if (to < b) rest.push([to, b]);
    return rest;
  });
}

/**
 * Waits no longer: where minutes are missing, closed candles of a longer timeframe stand in. The ticks of such a candle that arrived
 * decided nothing, so a level that it holds was reached in the gap.
 */
export function giveUpGap(gap: PriceGap, candles: readonly Candle[]): void {
  for (const candle of candles)
    if (gap.missing.some(([a, b]) => candle.openTime < b && candle.closeTime > a)) gap.bars.push(candle);
  gap.missing = [];
}

/**
 * The outcome of a gap as far as it is known: by its bars up to the first missing minute and, when none is missing, the held outcome.
 * Null: the trade goes on; once nothing is missing it has taken over the gap's excursions.
 */
export function resolveGap(trade: Trade, gap: PriceGap): Outcome | null {
  const { before, held } = gap;
  const known = gap.missing[0]?.[0] ?? Infinity;
  const bars = gap.bars.sort((a, b) => a.openTime - b.openTime);
  const later = bars.findIndex(({ openTime }) => openTime >= known);
  for (const bar of bars.splice(0, later === -1 ? bars.length : later)) {
    const outcome = followBar(before, bar, bar.closeTime ?? bar.openTime + minuteMs);
    if (outcome !== null) return outcome;
  }
  if (known !== Infinity) return null;
  if (held?.status === 'expired' && before.lastAt > 0)
    return ended(before, 'expired', before.last, before.expiresAt);
  if (before.lastAt > trade.lastAt) {
    trade.last = before.last;
    trade.lastAt = before.lastAt;
    trade.lastHalfSpread = before.lastHalfSpread;
  }
  widen(trade, before.best);
  widen(trade, before.worst);
  return held && { ...held, ...excursionsOf(trade) };
}
