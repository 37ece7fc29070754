import { NEVER, pipe, switchMap, take } from 'rxjs';
import { confirmLeaps } from '../../operators/ticks/confirm-leaps.ts';
import { createFeedClock, driveClock } from './feed-clock.ts';
import { interruptionsByEventTime } from './interruptions-by-event-time.ts';
import type { MarketTime } from './market-time.ts';

/** The ticks' event time is the market's (replays, simulated days): it stands before the first tick, and does not run on while we stand still. */
export function feedTime(): MarketTime {
  const feed = createFeedClock(0);
  const { clock } = feed;
  return {
    clock,
    isKnown: () => clock.now() > 0,
    // A clock that the ticks drive is never behind them: other ticks confirm the time.
    maxAheadMs: Infinity,
    observe: () => {},
    accept: (_lags, onReject) => pipe(confirmLeaps({ onReject }), driveClock(feed)),
    unheard: (heard$) => heard$.pipe(interruptionsByEventTime()),
    onceKnown: (source, ticks$) =>
      ticks$.pipe(
        take(1),
        switchMap(() => source),
      ),
    // The clock stands on a tick: what else came at that very instant was not heard.
    missedAtStart: () => ({
      kind: 'interruption',
      from: clock.now(),
      to: clock.now() + 1,
      reason: 'the start',
    }),
    // The machine's clock may be set as it likes.
    set$: NEVER,
    pace: {},
  };
}
