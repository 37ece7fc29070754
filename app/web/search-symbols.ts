import { Problem } from '../../http/problem.ts';
import type { FoundSymbol } from '../../schema/symbol/found-symbol.ts';
import { DayExhaustedError } from '../../streams/provider/rest/credit-budget.ts';

type Found = readonly Omit<FoundSymbol, 'watched'>[];

export interface SearchSymbolsOptions {
  /** Asks the provider. */
  readonly find: (text: string) => Promise<Found>;
  readonly isWatched: (symbol: string) => boolean;
  /** A clock that never steps, ms. */
  readonly now: () => number;
  readonly onFailure: (error: unknown) => void;
  /** Questions to the provider in a minute, of one client and of all. @default 20, 60 */
  readonly perClient?: number;
  readonly perMinute?: number;
  /** How long an answer holds, ms. @default 6 hours */
  readonly holdsMs?: number;
  /** Answers that are kept. @default 500 */
  readonly most?: number;
}

/** What is listed under a text. Throws Problem 429 or 503 where it cannot be asked now. */
export type SearchSymbols = (text: string, caller: string) => Promise<FoundSymbol[]>;

const minuteMs = 60_000;

/** The provider's search behind a memory and limits: the same letters are asked once, by whomever, and nobody spends the credits of others. */
export function createSearchSymbols(options: SearchSymbolsOptions): SearchSymbols {
  const { find, isWatched, now, onFailure, perClient = 20, perMinute = 60 } = options;
  const { holdsMs = 6 * 3_600_000, most = 500 } = options;
  const known = new Map<string, { readonly at: number; readonly found: Promise<Found> }>();
  /** Who asked when within the last minute, oldest first. */
  let asked: { readonly at: number; readonly caller: string }[] = [];

  const refuseFlood = (caller: string): void => {
    asked = asked.filter(({ at }) => now() - at < minuteMs);
    const own = asked.filter((one) => one.caller === caller);
    const wait = (oldest: { readonly at: number }) => ({
      'Retry-After': String(Math.max(1, Math.ceil((oldest.at + minuteMs - now()) / 1000))),
    });
    if (own.length >= perClient)
      throw new Problem(429, 'rate_limited', `at most ${perClient} new searches a minute`, wait(own[0]!));
    if (asked.length >= perMinute)
      throw new Problem(503, 'overloaded', 'too many search at the moment', wait(asked[0]!));
  };
  const ask = (text: string, caller: string): Promise<Found> => {
    const before = known.get(text);
    if (before !== undefined && now() - before.at < holdsMs) return before.found;
    refuseFlood(caller);
    asked.push({ at: now(), caller });
    const found = find(text);
    known.delete(text);
    known.set(text, { at: now(), found });
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    // What failed is asked again.
    found.catch(() => {
      if (known.get(text)?.found === found) known.delete(text);
    });
    return found;
  };

  return async (text, caller) => {
    try {
      const found = await ask(text.toLowerCase().replaceAll(/\s+/g, ' '), caller);
      return found.map((one) => Object.assign({ watched: isWatched(one.symbol) }, one));
    } catch (error) {
      if (error instanceof Problem) throw error;
      onFailure(error);
      const isSpent = error instanceof DayExhaustedError;
      throw new Problem(
        503,
        isSpent ? 'credits_spent' : 'search_unavailable',
        isSpent
          ? "the day's requests to the provider are used up"
          : 'the provider does not answer searches now',
        { 'Retry-After': isSpent ? '3600' : '10' },
      );
    }
  };
}

/** Where visitors may add nothing there is nothing to search for. */
export const refuseSearch = (): Promise<never> =>
  Promise.reject(
    new Problem(403, 'symbol_not_offered', 'this server shows its own symbols alone (VISITORS_MAY_ADD=none)'),
  );
