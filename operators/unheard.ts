import type { Bar } from '../schema/candle.ts';
import type { Outcome } from '../schema/signal.ts';
import { ended, followBar, widen, type Trade } from './outcomes.ts';

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
  readonly bars: Bar[];
  /** What a tick after the gap decided. */
  held: Outcome | null;
}

const minute = 60_000;
/** Bars of a gap that are kept: four weeks of minutes. */
const mostBars = 40_320;

/** Begins, or widens, a trade's unheard time by `[from, to)`. */
export function unheardFrom(
  trade: Trade,
  current: Unheard | null,
  from: number,
  to: number,
  patienceMs: number,
): Unheard | null {
  const start = Math.max(from, trade.from);
  const end = Math.min(to, trade.expiresAt);
  if (start >= end) return current;
  return {
    missing: [...(current?.missing ?? []), [start, end] as const].toSorted((a, b) => a[0] - b[0]),
    giveUpAt: Math.max(current?.giveUpAt ?? 0, to + patienceMs),
    before: current?.before ?? { ...trade },
    bars: current?.bars ?? [],
    held: current?.held ?? null,
  };
}

/** Takes the minutes of `[from, to)`; one without a bar had no trade. True when nothing is missing any more. */
export function fillUnheard(unheard: Unheard, from: number, to: number, bars: readonly Bar[]): boolean {
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
  return unheard.missing.length === 0;
}

/** Judges a gap on its bars, then on what was held; merges its excursions into the trade if it goes on. */
export function judgeUnheard(trade: Trade, unheard: Unheard): Outcome | null {
  const { before, held } = unheard;
  for (const bar of unheard.bars.toSorted((a, b) => a.openTime - b.openTime)) {
    const outcome = followBar(before, bar, bar.openTime + minute);
    if (outcome !== null) return outcome;
  }
  if (held?.status === 'expired' && before.lastAt > 0)
    return ended(before, 'expired', before.last, before.expiresAt);
  if (held !== null) return held;
  if (before.lastAt > trade.lastAt) {
    trade.last = before.last;
    trade.lastAt = before.lastAt;
    trade.lastHalfSpread = before.lastHalfSpread;
  }
  widen(trade, before.best);
  widen(trade, before.worst);
  return null;
}
