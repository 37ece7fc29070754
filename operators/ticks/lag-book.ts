import type { Tick } from '../../schema/tick.ts';
import { createFeedLag, type FeedLag } from './feed-lag.ts';

/** How late each symbol's feed is. */
export interface LagBook {
  readonly observe: (tick: Tick) => void;
  /** One symbol's lag; begun where the symbol has none yet. */
  readonly of: (symbol: string) => FeedLag;
  /** The feed was interrupted: the next tick of each symbol is not measured. */
  readonly gap: () => void;
  /** How far our clock is behind the feed's, by the symbol that shows it most, ms, at least 0. */
  readonly offset: () => number;
  readonly entries: () => readonly (readonly [symbol: string, lag: FeedLag])[];
  readonly forget: (symbol: string) => void;
  /** The time of day was set: what was measured before says nothing of how late a feed is. */
  readonly clear: () => void;
}

export function createLagBook(): LagBook {
  const lags = new Map<string, FeedLag>();
  const of = (symbol: string): FeedLag => {
    let lag = lags.get(symbol);
    if (lag === undefined) lags.set(symbol, (lag = createFeedLag()));
    return lag;
  };
  return {
    observe: (tick) => of(tick.symbol).observe(tick),
    of,
    gap: () => {
      for (const lag of lags.values()) lag.gap();
    },
    offset: () => Math.max(0, ...[...lags.values()].map((lag) => lag.offset())),
    entries: () => [...lags],
    forget: (symbol) => void lags.delete(symbol),
    clear: () => lags.clear(),
  };
}
