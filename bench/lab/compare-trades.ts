/** Unix ms and prices. */
export interface ComparedTrade {
  readonly from: number;
  readonly entry: number;
  readonly to: number;
  readonly exit: number;
}

const minute = 60_000;
const near = (a: number, b: number): boolean => Math.abs(a / b - 1) < 1e-9;

/**
 * Counts the trades of `own` that are also in `theirs`, and those of both that are not, by their reason: `early` ended in its first minute, `reentered`
 * began in the last minute of the one before; what one of them holds while the other enters is counted with it.
 */
export function compareTrades(
  own: readonly ComparedTrade[],
  theirs: readonly ComparedTrade[],
  until: number,
) {
  const known = new Map(theirs.map((trade) => [trade.from, trade]));
  const counts = { equal: 0, early: 0, reentered: 0, other: 0 };
  const matched = new Set<number>();
  let [reason, before]: [keyof typeof counts, number] = ['other', 0];
  for (const trade of own) {
    const same = known.get(trade.from);
    const isSame =
      same !== undefined &&
      same.to === trade.to &&
      near(same.entry, trade.entry) &&
      near(same.exit, trade.exit);
    if (isSame) {
      matched.add(trade.from);
      reason = 'other';
    } else if (trade.to === trade.from + minute) reason = 'early';
    else if (trade.from === before) reason = 'reentered';
    before = trade.to;
    if (trade.from <= until) counts[isSame ? 'equal' : reason]++;
  }
  const later = theirs.filter(({ from }) => from <= until && !matched.has(from));
  for (const { from } of later) {
    // While it was begun there, something else was held here, or just ended: what began it has been counted.
    const holder = own.findLast((trade) => trade.from <= from);
    const isHeld = holder !== undefined && (holder.to > from || !matched.has(holder.from));
    if (!isHeld) counts.other++;
  }
  return counts;
}
