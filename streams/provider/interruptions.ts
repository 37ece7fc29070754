import { Observable, type OperatorFunction } from 'rxjs';
import type { MarketInput } from '../../schema/market-event.ts';
import type { FeedEvent } from './feed-event.ts';

export type Interruption = Extract<MarketInput, { kind: 'interruption' }>;

/**
 * Turns states of the feed and stalls of our own event loop into interruptions: from the last tick before the feed stopped
 * being live to when it is live again.
 *
 *     in   c---l-t-t-X(disconnected)--S--c--l-t
 *     out  i---i-----i----------------s-----i--    open-ended, closed, open-ended, wider where the stall began earlier, closed
 *
 * In: accepted ticks, states, stalls; times are the machine's. A stall during an interruption is a part of it, never its end:
 * the feed is still not live. A closed market on a live socket is no interruption. Causal.
 */
export function interruptions(): OperatorFunction<FeedEvent | Interruption, Interruption> {
  return (source) =>
    new Observable((subscriber) => {
      let lastReceived = Infinity;
      let ongoing: Interruption | undefined;
      const begin = (from: number, reason: string) => {
        ongoing = { kind: 'interruption', from, to: Infinity, reason };
        subscriber.next(ongoing);
      };
      const end = (to: number) => {
        if (ongoing === undefined) return;
        const { from } = ongoing;
        ongoing = undefined;
        subscriber.next({ kind: 'interruption', from, to, reason: 'the feed is back' });
      };
      return source.subscribe({
        next: (event) => {
          if (event.kind === 'tick') lastReceived = event.tick.receivedTime;
          else if (event.kind === 'interruption') {
            if (ongoing === undefined) subscriber.next(event);
            else if (event.from < ongoing.from) begin(event.from, ongoing.reason);
          } else if (event.kind === 'state') {
            const { state, at, reason = state } = event;
            if (state === 'live' || state === 'closed_market') end(at);
            else if (ongoing === undefined) begin(Math.min(at, lastReceived), reason);
          }
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}
