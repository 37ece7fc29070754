import type { Context } from '../context.ts';
import type { HealthSource } from './health.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { marketHealth } from './market-health.ts';

/** What an ingest says of its market. */
export function ingestHealth({ isTimeKnown }: Context, { upstream, symbols }: Ingest): HealthSource {
  return marketHealth({
    feed: () => upstream.feedState$.value,
    isTimeKnown,
    status: symbols.status,
    lags: () =>
      Object.fromEntries(
        [...upstream.lags].map(([symbol, lag]) => [
          symbol,
          { lag_ms: lag.lag(), clock_offset_ms: lag.offset() },
        ]),
      ),
    calendar: () => upstream.calendar$.value,
    articles: () => upstream.articles$.value?.length,
    credits: () => upstream.budget.state(),
    hoursWarnings: () =>
      Array.from(upstream.watchList.current()).flatMap((symbol) => symbols.status.hoursWarning(symbol) ?? []),
  });
}
