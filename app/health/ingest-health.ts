import { clockHealth } from './clock-health.ts';
import type { Context } from '../context.ts';
import type { HealthSource } from './health.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { marketHealth } from './market-health.ts';

/** What an ingest says of its market. */
export function ingestHealth(
  { config, time, achieved, wall, trusted }: Context,
  { provider, news, symbols }: Ingest,
): HealthSource {
  const clock = clockHealth({ isTimeKnown: time.isKnown, state: trusted.state });
  const market = marketHealth({
    feed: provider.state,
    status: symbols.status,
    lags: () =>
      Object.fromEntries(
        provider.lags
          .entries()
          .map(([symbol, lag]) => [symbol, { lag_ms: lag.lag(), clock_offset_ms: lag.offset() }]),
      ),
    calendar: news.calendar,
    articles: () => news.articles()?.length,
    credits: () => provider.budget.state(),
    hoursWarnings: () =>
      Array.from(provider.watchList.current()).flatMap((symbol) => symbols.status.hoursWarning(symbol) ?? []),
    achieved,
    wallNow: () => wall.now(),
    staleMs: config.TICK_STALE_MS,
  });
  return {
    parts: () => ({ ...market.parts(), ...clock.parts() }),
    reasons: () => [...clock.reasons(), ...market.reasons()],
  };
}
