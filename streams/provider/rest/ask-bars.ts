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
 * Finished bars, oldest first. `spoilt`: open times, Unix ms, of impossible bars in the answer: their windows are unknown, while any other
 * window without a bar is empty. Absent where all bars are valid.
 */
export type RestBars = readonly Bar[] & { readonly spoilt?: readonly number[] };

/** Requests the finished bars that open in `[from, to)` from REST. Unix ms. */
export type AskBars = (query: BarsQuery & { readonly signal?: AbortSignal }) => Promise<RestBars>;

/** One request a subscription, aborted with it: no credit is spent on an answer that nobody waits for. */
export function askedBars(ask: AskBars, query: BarsQuery): Observable<RestBars> {
  return defer(() => {
    const abort = new AbortController();
    return from(ask({ ...query, signal: abort.signal })).pipe(finalize(() => abort.abort()));
  });
}
