import type { Candle } from '../../../schema/candle.ts';
import type { Outcome } from '../../../schema/signal.ts';
import type { Tick } from '../../../schema/tick.ts';
import { addSeen, type MinuteMarks } from './minute-marks.ts';
import { isRestatedFor, priceOf, type Trade, voided } from './outcomes.ts';
import { giveUpGap, type PriceGap, resolveGap } from './price-gap.ts';

/** A trade as a book holds it, with the gap in its prices. */
export interface Followed<T extends Trade> {
  readonly trade: T;
  gap: PriceGap | null;
  /** The first of the ticks in another unit, while nothing has shown yet whether it was a wrong one. */
  strange: Tick | null;
  readonly marks: MinuteMarks;
}

/** A strange price that the feed still repeats so much later is the market's, ms; one that no other price follows, after `strangeForMs`. */
export const repeatedAfterMs = 2_000;
export const strangeForMs = 60_000;

/** A copy that shares nothing that changes. */
export function copyOf<T extends Trade>({ trade, gap, strange, marks }: Followed<T>): Followed<T> {
  return {
    trade: { ...trade },
    strange,
    marks: [...marks],
    gap: gap && { ...gap, before: { ...gap.before }, bars: [...gap.bars] },
  };
}

/** Resolves the gap of a trade as far as it is known. `standIns` ends the waiting: see giveUpGap. Null: the trade goes on. */
export function judgeGap(entry: Followed<Trade>, standIns?: () => readonly Candle[]): Outcome | null {
  const { trade, gap, marks } = entry;
  if (gap === null) return null;
  if (standIns !== undefined && gap.missing.length > 0) giveUpGap(gap, standIns());
  if (gap.missing.length === 0) entry.gap = null;
  const outcome = resolveGap(trade, gap);
  // What is taken back later must not be what the gap has told.
  if (entry.gap === null) for (const mark of marks) addSeen(mark, gap.before, trade.direction);
  return outcome;
}

/** Undefined for a price that can be true; else whether it ends the trade. A single wrong price decides nothing. */
export function judgeStrange(entry: Followed<Trade>, tick: Tick): Outcome | null | undefined {
  const { trade } = entry;
  if (tick.eventTime < trade.from) return undefined;
  const price = priceOf(trade, tick);
  if (!isRestatedFor(trade, price)) {
    entry.strange = null;
    return undefined;
  }
  entry.strange ??= tick;
  const isRepeated = tick.eventTime >= entry.strange.eventTime + repeatedAfterMs;
  return isRepeated ? voided(trade, price, entry.strange.eventTime) : null;
}
