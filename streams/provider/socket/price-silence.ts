import type { SchedulerLike } from 'rxjs';

/** How long one socket has emitted no price: silence in an open market, nothing unusual in a closed one. */
export interface PriceSilence {
  /** The feed is alive: a price came, or the socket has just opened. */
  readonly reset: () => void;
  /**
   * `closed`: no price is due, and none came for `staleMs`. `silent`: prices are due and did not come. To be called often: it is also
   * how the time of a closed market is taken off.
   */
  readonly check: (isMarketOpen: boolean) => 'ok' | 'closed' | 'silent';
}

export interface PriceSilenceOptions {
  readonly clock: SchedulerLike;
  /** No price for this long, in an open market, is silence, ms. */
  readonly staleMs: number;
  /** Sockets in a row that ended for silence: each doubles the time to the next, four times at most. */
  readonly silences: () => number;
}

export function createPriceSilence({ clock, staleMs, silences }: PriceSilenceOptions): PriceSilence {
  let lastPrice = clock.now();
  /** Since when a price has been due: a closed market owes none. */
  let dueSince = lastPrice;
  return {
    reset: () => {
      lastPrice = clock.now();
      dueSince = lastPrice;
    },
    check: (isMarketOpen) => {
      const now = clock.now();
      if (!isMarketOpen) {
        dueSince = now;
        return now - lastPrice >= staleMs ? 'closed' : 'ok';
      }
      return now - dueSince >= staleMs * 2 ** Math.min(silences(), 4) ? 'silent' : 'ok';
    },
  };
}
