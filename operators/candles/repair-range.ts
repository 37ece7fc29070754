/** Longest time that repairs are put off for one more interruption, ms. */
const patienceMs = 300_000;

/** The minutes that want replacing from REST, gathered until one request covers them. */
export interface RepairRange {
  /** `decided`: up to where minutes are decided now. */
  readonly add: (from: number, to: number, decided: number) => void;
  /** REST has answered for `[from, to)`. */
  readonly remove: (from: number, to: number) => void;
  /** The range to ask for once all of it is decided; none while the feed is away. Empties it. */
  readonly take: (decided: number, isAway: boolean) => { from: number; to: number } | undefined;
}

/** Asks for at most the last `reachMs`. */
export function repairRange(reachMs: number): RepairRange {
  let from = Infinity;
  let to = -Infinity;
  let since = 0;
  const clear = () => {
    from = Infinity;
    to = -Infinity;
  };
  return {
    add: (begin, end, decided) => {
      if (to === -Infinity) since = decided;
      from = Math.min(from, begin);
      to = Math.max(to, end);
    },
    remove: (begin, end) => {
      if (begin <= from && end > from) from = end;
      if (from >= to) clear();
    },
    take: (decided, isAway) => {
      if (isAway || from >= decided || (decided < to && decided - since < patienceMs)) return undefined;
      const range = { from: Math.max(from, decided - reachMs), to: Math.min(to, decided) };
      from = decided;
      since = decided;
      if (from >= to) clear();
      return range.from < range.to ? range : undefined;
    },
  };
}
