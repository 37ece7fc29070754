import type { Context } from './context.ts';
import type { HealthSource } from './health.ts';
import type { Ingest } from './ingest.ts';
import { marketHealth } from './market-health.ts';

/** What an ingest says of its market. */
export function ingestHealth(
  { config, isTimeKnown, achieved, wall }: Context,
  { upstream, symbols }: Ingest,
): HealthSource {
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
    achieved,
    wallNow: () => wall.now(),
    staleMs: config.TICK_STALE_MS,
  });
}
