import { clockHealth } from './clock-health.ts';
import type { Context } from '../context.ts';
import type { HealthSource } from './health.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { marketHealth } from './market-health.ts';

/** What an ingest says of its market. */
export function ingestHealth(
  { config, isTimeKnown, achieved, wall, trusted }: Context,
  { upstream, symbols }: Ingest,
): HealthSource {
  const clock = clockHealth({ isTimeKnown, state: trusted.state });
  const market = marketHealth({
    feed: () => upstream.feedState$.value,
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
    achieved,
    wallNow: () => wall.now(),
    staleMs: config.TICK_STALE_MS,
  });
  return {
    parts: () => ({ ...market.parts(), ...clock.parts() }),
    reasons: () => [...clock.reasons(), ...market.reasons()],
  };
}
