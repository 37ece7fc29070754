import type { WatchAnswer } from '../../schema/symbol/watch-answer.ts';

export interface SymbolInterestOptions {
  /** Takes a reference on a symbol upstream. Each `ok` must be followed by one `release`. */
  readonly watch: (symbol: string) => Promise<WatchAnswer>;
  readonly release: (symbol: string) => void;
}

export interface SymbolInterest<Member> {
  /** Adds a member to a symbol, watched from the first member on. */
  readonly join: (symbol: string, member: Member) => Promise<WatchAnswer>;
  /** Removes the member; removing the last one releases the symbol. */
  readonly leave: (symbol: string, member: Member) => void;
  /** Call when the symbol is no longer watched upstream: removes and returns its members, without a release. */
  readonly expel: (symbol: string) => ReadonlySet<Member>;
  readonly of: (symbol: string) => ReadonlySet<Member>;
  readonly size: () => number;
}

/** Reference counts of symbols: watched from the first member on, released with the last. Stores nothing for other symbols. */
export function symbolInterest<Member>(options: SymbolInterestOptions): SymbolInterest<Member> {
  const entries = new Map<string, { answer: Promise<WatchAnswer>; members: Set<Member>; joining: number }>();
  const none: ReadonlySet<Member> = new Set<Member>();

  return {
    join: async (symbol, member) => {
      let entry = entries.get(symbol);
      if (entry === undefined) {
        entry = { answer: options.watch(symbol), members: new Set(), joining: 0 };
        entries.set(symbol, entry);
      }
      entry.joining++;
      let answer: WatchAnswer | undefined;
      try {
        answer = await entry.answer;
        // The symbol was expelled in the same turn of the event loop.
        if (answer === 'ok' && entries.get(symbol) !== entry) answer = 'symbol_unknown';
        if (answer === 'ok') entry.members.add(member);
        return answer;
      } finally {
        entry.joining--;
        if (answer !== 'ok' && entries.get(symbol) === entry) entries.delete(symbol);
      }
    },
    leave: (symbol, member) => {
      const entry = entries.get(symbol);
      if (!entry?.members.delete(member) || entry.members.size > 0 || entry.joining > 0) return;
      entries.delete(symbol);
      options.release(symbol);
    },
    expel: (symbol) => {
      const members = entries.get(symbol)?.members ?? none;
      entries.delete(symbol);
      return members;
    },
    of: (symbol) => entries.get(symbol)?.members ?? none,
    size: () => entries.size,
  };
}
