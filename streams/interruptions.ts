import { Observable, type OperatorFunction } from 'rxjs';
import type { MarketInput } from '../schema/market-event.ts';
import type { FeedEvent } from './feed-event.ts';

export type Interruption = Extract<MarketInput, { kind: 'interruption' }>;

/**
 * From what the feed says to what was not heard: from the last tick before it stopped being live to its first one after.
 *
 *     feed           c---l-t-t-X(disconnected)--c--l-t
 *     interruptions  i---i-----i-------------------i--    open-ended, closed, open-ended, closed
 *
 * Times are the machine's or, `byEventTime`, those of the ticks, for a market that does not keep the machine's time: then an
 * interruption is closed by the first tick. A closed market on a live socket is no interruption. Causal.
 */
export function interruptions({ byEventTime = false } = {}): OperatorFunction<FeedEvent, Interruption> {
  return (source) =>
    new Observable((subscriber) => {
      let lastHeard = byEventTime ? 0 : Infinity;
      let from: number | undefined;
      let isHeard = false;
      const close = (to: number) => {
        if (from !== undefined)
          subscriber.next({ kind: 'interruption', from, to, reason: 'the feed is back' });
        from = undefined;
      };
      return source.subscribe({
        next: (event) => {
          if (event.kind === 'tick') {
            const { eventTime, receivedTime } = event.tick;
            // The tick itself is heard, but not what else came at its instant.
            if (byEventTime && isHeard) close(eventTime + 1);
            lastHeard = byEventTime ? eventTime : receivedTime;
          }
          if (event.kind !== 'state') return;
          const { state, at, reason = state } = event;
          isHeard = state === 'live' || state === 'closed_market';
          if (isHeard && !byEventTime) close(at);
          else if (!isHeard && from === undefined) {
            from = byEventTime ? lastHeard : Math.min(at, lastHeard);
            subscriber.next({ kind: 'interruption', from, to: Infinity, reason });
          }
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}
