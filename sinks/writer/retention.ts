import type { SchedulerLike, Subscription } from 'rxjs';
import { timeframeMs, type Timeframe } from '../../schema/timeframe.ts';
import type { Log } from '../../store/log.ts';
import type { Store } from '../../store/open-store.ts';

const hour = 3600_000;

/**
 * Deletes candles that are no longer needed, now and every hour: 1min candles after `minutesMs` where that timeframe is
 * not analysed. Analysed timeframes are kept without limit. Unsubscribe to stop.
 */
export function retention(options: {
  store: Pick<Store, 'candles'>;
  /** The analysed timeframes. */
  timeframes: readonly Timeframe[];
  clock: SchedulerLike;
  /** The market's time, which candles are dated by. @default that of `clock` */
  now?: () => number;
  log: Log;
  /** @default 7 days */
  minutesMs?: number;
}): Subscription {
  const { store, timeframes, clock, log, minutesMs = 7 * timeframeMs['1day'] } = options;
  const now = options.now ?? (() => clock.now());
  const once = async () => {
    if (timeframes.includes('1min')) return;
    try {
      const gone = await store.candles.prune('1min', now() - minutesMs);
      if (gone > 0) log.info({ gone }, 'deleted old 1min candles');
    } catch (error) {
      log.warn({ err: error }, 'old candles could not be deleted yet');
    }
  };
  return clock.schedule(function again() {
    void once();
    this.schedule(undefined, hour);
  });
}
