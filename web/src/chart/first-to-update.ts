import type { Bar } from '../state/chart/candles.ts';

/**
 * Index of the first bar to update where `after` is `before` with its last bar replaced by one of the same time, or with newer bars
 * behind it, or both. 0: anything else, and everything is drawn and computed anew. The chart's library takes no update before the last
 * bar that it has, and forgets none.
 */
export function firstToUpdate(before: readonly Bar[], after: readonly Bar[]): number {
  const last = before.length - 1;
  if (last < 1 || after[last]?.time !== before[last]!.time) return 0;
  for (let i = 0; i < last; i++) if (after[i] !== before[i]) return 0;
  return after[last] === before[last] ? before.length : last;
}
