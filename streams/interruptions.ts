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
 * A closed market on a live socket is no interruption. Causal.
 */
export function interruptions(): OperatorFunction<FeedEvent, Interruption> {
  return (source) =>
    new Observable((subscriber) => {
      let lastHeard = Infinity;
      let from: number | undefined;
      return source.subscribe({
        next: (event) => {
          if (event.kind === 'tick') lastHeard = event.tick.receivedTime;
          if (event.kind !== 'state') return;
          const { state, at, reason = state } = event;
          const isHeard = state === 'live' || state === 'closed_market';
          if (isHeard && from !== undefined) {
            subscriber.next({ kind: 'interruption', from, to: at, reason: 'the feed is back' });
            from = undefined;
          } else if (!isHeard && from === undefined) {
            from = Math.min(at, lastHeard);
            subscriber.next({ kind: 'interruption', from, to: Infinity, reason });
          }
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}
