import { defer, finalize, from, type Observable } from 'rxjs';
import type { Bar } from '../../../schema/candle.ts';
import type { Timeframe } from '../../../schema/timeframe.ts';

export interface BarsQuery {
  readonly symbol: string;
  readonly interval: Timeframe;
  readonly from: number;
  readonly to: number;
}

/** Asks REST for the finished bars that open in `[from, to)`, oldest first. Unix ms. */
export type AskBars = (query: BarsQuery & { readonly signal?: AbortSignal }) => Promise<readonly Bar[]>;

/** One question, withdrawn with its subscription: no credit is spent on an answer that nobody waits for. */
export function askedBars(ask: AskBars, query: BarsQuery): Observable<readonly Bar[]> {
  return defer(() => {
    const withdrawal = new AbortController();
    return from(ask({ ...query, signal: withdrawal.signal })).pipe(finalize(() => withdrawal.abort()));
  });
}
