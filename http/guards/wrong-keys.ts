/** Wrong keys a minute: of one address, and of all addresses together. */
const most = 20;
const windowMs = 60_000;
/** Tries that an address has in any case, so that nobody's guesses lock out somebody else who knows a key. */
const spared = 3;
/** Addresses kept in mind; beyond it the one that guessed longest ago is forgotten. */
const mostCallers = 10_000;

export interface WrongKeys {
  /** How long `caller` has to wait for its next try, ms; 0: it may try now. */
  readonly waitMs: (caller: string) => number;
  /** Counts a wrong key. */
  readonly add: (caller: string) => void;
  /** How long until all together are below the limit, ms. */
  readonly allWaitMs: () => number;
}

/**
 * Counts wrong keys within the last minute, whatever entrance they came by. An address may try while it has given fewer than 20. Where
 * all together have given 20, an address may still try until it has given three. `now`: a clock that never steps, ms.
 */
export function wrongKeys(now: () => number): WrongKeys {
  const byCaller = new Map<string, number[]>();
  let all: number[] = [];
  /** Time until fewer than `limit` of these are younger than a minute. */
  const wait = (times: readonly number[], limit: number) =>
    Math.max(0, (times.at(-limit) ?? -Infinity) + windowMs - now());

  return {
    waitMs: (caller) => {
      const own = byCaller.get(caller) ?? [];
      const ownMs = wait(own, most);
      if (ownMs > 0) return ownMs;
      // Either of the two may be over first.
      return Math.min(wait(own, spared), wait(all, most));
    },
    add: (caller) => {
      const own = [...(byCaller.get(caller) ?? []), now()].slice(-most);
      // At the end of the map: the first of it is the one that has guessed longest ago.
      byCaller.delete(caller);
      byCaller.set(caller, own);
      const [first] = byCaller.keys();
      if (byCaller.size > mostCallers && first !== undefined) byCaller.delete(first);
      all = [...all, now()].slice(-most);
    },
    allWaitMs: () => wait(all, most),
  };
}
