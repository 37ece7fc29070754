import { Observable, type OperatorFunction } from 'rxjs';
import type { FeedEvent } from './feed-event.ts';
import type { Interruption } from './interruptions.ts';

/**
 * Interruptions of a feed in its own event time, for a market that does not run on the machine's time: from the newest tick before
 * the feed stopped being live to the first that is surely live again.
 *
 *     feed           c-l-a-b-b---X(disconnected)--l-a-a-b
 *     interruptions  ----i---i---i------------------i----    begun by the first tick; closed by the second of one symbol
 *
 * The first tick of a symbol after subscribing can be an old last price, which does not show the market's current time;
 * the second one does. In: accepted ticks, and states. Times are event times, Unix ms. Causal.
 */
export function interruptionsByEventTime(): OperatorFunction<FeedEvent, Interruption> {
  return (source) =>
    new Observable((subscriber) => {
      /** Newest event time; before the first tick the market has no time. */
      let newest = -Infinity;
      let from: number | undefined;
      let isLive = false;
      const seenAgain = new Set<string>();
      const begin = (at: number, reason: string) => {
        from = at;
        seenAgain.clear();
        subscriber.next({ kind: 'interruption', from, to: Infinity, reason });
      };
      const onTick = (symbol: string, eventTime: number) => {
        if (newest === -Infinity) begin(eventTime, 'the start');
        newest = Math.max(newest, eventTime);
        if (from === undefined || !isLive) return;
        if (!seenAgain.has(symbol) || eventTime < from) seenAgain.add(symbol);
        else {
          // The tick itself was received, but perhaps not others of the same instant.
          subscriber.next({ kind: 'interruption', from, to: newest + 1, reason: 'the feed is back' });
          from = undefined;
        }
      };
      return source.subscribe({
        next: (event) => {
          if (event.kind === 'tick') onTick(event.tick.symbol, event.tick.eventTime);
          else if (event.kind === 'state') {
            const { state, reason = state } = event;
            isLive = state === 'live' || state === 'closed_market';
            if (!isLive && from !== undefined) seenAgain.clear();
            else if (!isLive && newest > -Infinity) begin(newest, reason);
          }
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}
