import type { SchedulerLike } from 'rxjs';
import type { FoundSymbol } from '../../../schema/symbol/found-symbol.ts';
import { httpExchange } from '../../http-exchange.ts';
import type { CreditBudget } from './credit-budget.ts';
import { guestPenaltyMs, guestSpares } from './guest-place.ts';
import { parseSymbolSearch } from './parse-symbol-search.ts';
import { ProviderError } from './parse-time-series.ts';
import { settle } from './settle-credits.ts';

export interface SymbolSearchOptions {
  readonly url: string;
  readonly key: string;
  readonly budget: Pick<CreditBudget, 'acquire'>;
  readonly clock: SchedulerLike;
  /** For a credit and the answer together, ms. @default 5 s */
  readonly timeoutMs?: number;
}

export interface SymbolSearch {
  /**
   * What the provider lists under a text, best first. Costs a credit at the end of the line: no candle waits for it, and half of the day's
   * credits are left. Rejects with ProviderError, BadAnswerError, DayExhaustedError, BudgetFullError, SearchTimeout or what `fetch` threw.
   */
  readonly find: (text: string) => Promise<Omit<FoundSymbol, 'watched'>[]>;
}

/** No credit was free, or no answer came, within the time that somebody waits for one. */
export class SearchTimeout extends Error {
  override readonly name = 'SearchTimeout';
  constructor(timeoutMs: number) {
    super(`no credit and no answer within ${timeoutMs} ms`);
  }
}

/** Symbols in one answer of the provider's. */
const wanted = 60;
const maxBytes = 1_048_576;

/** TwelveData's `/symbol_search`, within the plan's credits. The key is sent in a header only. */
export function symbolSearch(options: SymbolSearchOptions): SymbolSearch {
  const { url: base, key, budget, clock, timeoutMs = 5_000 } = options;
  const fetchOnce = async (text: string, signal: AbortSignal) => {
    const lease = await budget.acquire({ cost: 1, priority: -guestPenaltyMs, spares: guestSpares, signal });
    try {
      const url = new URL('symbol_search', base.endsWith('/') ? base : `${base}/`);
      url.searchParams.set('symbol', text);
      url.searchParams.set('outputsize', String(wanted));
      const headers = { authorization: `apikey ${key}`, accept: 'application/json' };
      const answer = await httpExchange({ url, headers, clock, timeoutMs, maxBytes, signal });
      settle(lease, answer);
      lease.answered();
      return parseSymbolSearch(answer.text, answer.status);
    } catch (error) {
      if (error instanceof ProviderError && error.code === 429)
        lease.exhausted(/for the day/i.test(error.message) ? 'day' : 'minute');
      throw error;
    } finally {
      lease.release();
    }
  };
  return {
    find: async (text) => {
      const limit = new AbortController();
      const timer = clock.schedule(() => limit.abort(new SearchTimeout(timeoutMs)), timeoutMs);
      try {
        return await fetchOnce(text, limit.signal);
      } finally {
        timer.unsubscribe();
      }
    },
  };
}
