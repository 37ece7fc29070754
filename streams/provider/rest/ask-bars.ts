import { defer, finalize, from, type Observable } from 'rxjs';
import type { Bar } from '../../../schema/candle.ts';
import type { Timeframe } from '../../../schema/timeframe.ts';

export interface BarsQuery {
  readonly symbol: string;
  readonly interval: Timeframe;
  readonly from: number;
  readonly to: number;
}

/**
 * Finished bars, oldest first. `spoilt` are the opens, Unix ms, of those that the answer held but that cannot be true: nothing is known of
 * their windows, while any other window without a bar is empty. Left out where all are sound.
 */
export type RestBars = readonly Bar[] & { readonly spoilt?: readonly number[] };

/** Asks REST for the finished bars that open in `[from, to)`. Unix ms. */
export type AskBars = (query: BarsQuery & { readonly signal?: AbortSignal }) => Promise<RestBars>;

/** One question, withdrawn with its subscription: no credit is spent on an answer that nobody waits for. */
export function askedBars(ask: AskBars, query: BarsQuery): Observable<RestBars> {
  return defer(() => {
    const withdrawal = new AbortController();
    return from(ask({ ...query, signal: withdrawal.signal })).pipe(finalize(() => withdrawal.abort()));
  });
}
