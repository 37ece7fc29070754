import { map, mergeMap, type Observable, retry, type SchedulerLike, timer } from 'rxjs';
import type { CandleEvent, MarketInput } from '../../schema/market-event.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { askAgainAfter } from '../provider/rest/ask-again.ts';
import { askedBars, type AskBars } from '../provider/rest/ask-bars.ts';

export interface SymbolRestOptions {
  readonly clock: SchedulerLike;
  readonly symbol: string;
  readonly ask: AskBars;
  readonly onRestFailure: (error: unknown, symbol: string, timeframe: Timeframe) => void;
}

/** REST's minutes for a repair, asked for until they come. */
export function repairedMinutes(
  options: SymbolRestOptions,
  { from, to, notBefore }: Extract<CandleEvent, { kind: 'repair' }>,
): Observable<Extract<MarketInput, { kind: 'minutes' }>> {
  const { clock, symbol, ask } = options;
  return timer(Math.max(0, notBefore - clock.now()), clock).pipe(
    mergeMap(() =>
      askedBars(ask, { symbol, interval: '1min', from, to }).pipe(untilItComes(options, '1min')),
    ),
    map((bars) => ({ kind: 'minutes' as const, from, to, bars })),
  );
}

/** Asks again, later, whatever REST said instead. */
export const untilItComes = <T>({ clock, symbol, onRestFailure }: SymbolRestOptions, timeframe: Timeframe) =>
  retry<T>({
    delay: (error, attempt) => {
      onRestFailure(error, symbol, timeframe);
      return timer(askAgainAfter(error, attempt), clock);
    },
  });
