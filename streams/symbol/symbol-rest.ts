import { mergeMap, type Observable, retry, type SchedulerLike, timer } from 'rxjs';
import type { CandleEvent, MarketInput } from '../../schema/market-event.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { restRetryDelay } from '../provider/rest/rest-retry-delay.ts';
import { askedBars, type AskBars } from '../provider/rest/ask-bars.ts';

export interface SymbolRestOptions {
  readonly clock: SchedulerLike;
  readonly symbol: string;
  readonly ask: AskBars;
  readonly onRestFailure: (error: unknown, symbol: string, timeframe: Timeframe) => void;
}

/** REST's minutes for a repair, with retries until they come; in one span, or in several around impossible bars. */
export function repairedMinutes(
  options: SymbolRestOptions,
  { from, to, notBefore }: Extract<CandleEvent, { kind: 'repair' }>,
): Observable<Extract<MarketInput, { kind: 'minutes' }>> {
  const { clock, symbol, ask } = options;
  return timer(Math.max(0, notBefore - clock.now()), clock).pipe(
    mergeMap(() =>
      askedBars(ask, { symbol, interval: '1min', from, to }).pipe(retryUntilAnswered(options, '1min')),
    ),
    mergeMap((bars) =>
      around(bars.spoilt ?? [], from, to).map(([begin, end]) => ({
        kind: 'minutes' as const,
        from: begin,
        to: end,
        bars: bars.filter(({ openTime }) => openTime >= begin && openTime < end),
      })),
    ),
  );
}

const minute = 60_000;

/** `[from, to)` without the spoilt minutes, which keep the candle of their ticks, incomplete. */
function around(spoilt: readonly number[], from: number, to: number): [number, number][] {
  const edges = spoilt.filter((open) => open >= from && open < to);
  const begins = [from, ...edges.map((open) => open + minute)];
  return begins.map((begin, i): [number, number] => [begin, edges[i] ?? to]).filter(([a, b]) => a < b);
}

/** Retries after every error of REST, with `restRetryDelay`. */
export const retryUntilAnswered = <T>(
  { clock, symbol, onRestFailure }: SymbolRestOptions,
  timeframe: Timeframe,
) =>
  retry<T>({
    delay: (error, attempt) => {
      onRestFailure(error, symbol, timeframe);
      return timer(restRetryDelay(error, attempt), clock);
    },
  });
