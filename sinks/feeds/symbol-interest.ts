import type { WatchAnswer } from '../../schema/symbol/watch-answer.ts';

export interface SymbolInterestOptions {
  /** Takes a reference on a symbol upstream, for an address. Each `ok` must be followed by one `release` of the same. */
  readonly watch: (symbol: string, address: string) => Promise<WatchAnswer>;
  readonly release: (symbol: string, address: string) => void;
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

/** What the members of one address have of a symbol: one reference upstream. */
interface Hold {
  readonly answer: Promise<WatchAnswer>;
  members: number;
  joining: number;
}

/**
 * Reference counts of symbols: watched from the first member of an address on, released with its last. Stores nothing for other
 * symbols.
 */
export function symbolInterest<Member extends { readonly address: string }>(
  options: SymbolInterestOptions,
): SymbolInterest<Member> {
  const entries = new Map<string, { readonly members: Set<Member>; readonly holds: Map<string, Hold> }>();
  const none: ReadonlySet<Member> = new Set<Member>();

  const drop = (symbol: string, address: string) => {
    const entry = entries.get(symbol);
    entry?.holds.delete(address);
    if (entry?.holds.size === 0) entries.delete(symbol);
  };

  return {
    join: async (symbol, member) => {
      const { address } = member;
      const entry = entries.get(symbol) ?? { members: new Set<Member>(), holds: new Map<string, Hold>() };
      entries.set(symbol, entry);
      const hold = entry.holds.get(address) ?? {
        answer: options.watch(symbol, address),
        members: 0,
        joining: 0,
      };
      entry.holds.set(address, hold);
      hold.joining++;
      const isHeld = () => entries.get(symbol) === entry && entry.holds.get(address) === hold;
      let answer: WatchAnswer | undefined;
      try {
        answer = await hold.answer;
        // The symbol was expelled in the same turn of the event loop.
        if (answer === 'ok' && !isHeld()) answer = 'symbol_unknown';
        if (answer === 'ok' && !entry.members.has(member)) {
          entry.members.add(member);
          hold.members++;
        }
        return answer;
      } finally {
        hold.joining--;
        if (answer !== 'ok' && isHeld()) drop(symbol, address);
      }
    },
    leave: (symbol, member) => {
      const { address } = member;
      const entry = entries.get(symbol);
      const hold = entry?.holds.get(address);
      if (hold === undefined || !entry?.members.delete(member)) return;
      hold.members--;
      if (hold.members > 0 || hold.joining > 0) return;
      drop(symbol, address);
      options.release(symbol, address);
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
