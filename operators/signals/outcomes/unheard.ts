import type { Bar, Candle } from '../../../schema/candle.ts';
import type { Outcome } from '../../../schema/signal.ts';
import { ended, excursionsOf, followBar, type Trade, widen } from './outcomes.ts';

type Span = readonly [from: number, to: number];

/**
 * The time a trade's prices were not heard, until minutes from REST or the store have filled it. Meanwhile ticks go on,
 * but what they decide is held: the level may have been reached in the gap, earlier.
 */
export interface Unheard {
  /** What is still missing, in order. */
  missing: readonly Span[];
  /** When waiting ends and what is known decides, Unix ms. */
  readonly giveUpAt: number;
  /** The trade as it stood when the gap began; bars are followed on it. */
  readonly before: Trade;
  readonly bars: (Bar & { readonly closeTime?: number })[];
  /** What a tick after the gap decided. */
  held: Outcome | null;
}

const minute = 60_000;
/** Bars of a gap that are kept: four weeks of minutes. */
const mostBars = 40_320;

/**
 * Begins, or widens, a trade's unheard time by `[from, to)`. `to` is Infinity while the feed is still away; the next call that ends it
 * takes that stretch's place. Waiting is given up `patienceMs` after the end.
 */
export function unheardFrom(
  trade: Trade,
  current: Unheard | null,
  from: number,
  to: number,
  patienceMs: number,
): Unheard | null {
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

/** Takes the minutes of `[from, to)`; one without a bar had no trade. */
export function fillUnheard(unheard: Unheard, from: number, to: number, bars: readonly Bar[]): void {
  for (const bar of bars) {
    const wanted = unheard.missing.some(([a, b]) => bar.openTime < b && bar.openTime + minute > a);
    if (wanted && unheard.bars.length < mostBars) unheard.bars.push(bar);
  }
  unheard.missing = unheard.missing.flatMap(([a, b]): Span[] => {
    if (to <= a || from >= b) return [[a, b]];
    const rest: Span[] = [];
    if (a < from) rest.push([a, from]);
    if (to < b) rest.push([to, b]);
    return rest;
  });
}

/**
 * Waits no longer: where minutes are missing, closed candles of a longer timeframe stand in. What was heard of them decided nothing, so a
 * level one of them holds was reached in the gap.
 */
export function giveUpWaiting(unheard: Unheard, candles: readonly Candle[]): void {
  for (const candle of candles)
    if (unheard.missing.some(([a, b]) => candle.openTime < b && candle.closeTime > a))
      unheard.bars.push(candle);
  unheard.missing = [];
}

/**
 * Judges a gap as far as it is known: on its bars up to the first that is missing and, when none is, on what was held. Null: the trade goes
 * on; once nothing is missing it has taken over the gap's excursions.
 */
export function judgeUnheard(trade: Trade, unheard: Unheard): Outcome | null {
  const { before, held } = unheard;
  const known = unheard.missing[0]?.[0] ?? Infinity;
  const bars = unheard.bars.sort((a, b) => a.openTime - b.openTime);
  const later = bars.findIndex(({ openTime }) => openTime >= known);
  for (const bar of bars.splice(0, later === -1 ? bars.length : later)) {
    const outcome = followBar(before, bar, bar.closeTime ?? bar.openTime + minute);
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
