import { interval, Observable, Subscription } from 'rxjs';
import type { FeedEvent } from '../feed-event.ts';
import { frameHandler, type FrameHandlerOptions } from './frame-handler.ts';
import { createPriceSilence } from './price-silence.ts';
import { subscriptionSync } from './subscription-sync.ts';
import { openWebSocket, type SocketLink } from './websocket.ts';

export interface TwelveDataConnectionOptions extends FrameHandlerOptions {
  readonly url: string;
  readonly key: string;
  readonly symbols$: Observable<ReadonlySet<string>>;
  readonly isMarketOpen: (symbol: string, time: number) => boolean;
  readonly marketTime?: () => number;
  readonly staleMs?: number;
  readonly acknowledgeWithinMs?: number;
  readonly onSilence: () => void;
}

const heartbeatMs = 10_000;
/** With a ping and a heartbeat every 10 s, a socket that receives nothing for this long is dead: detected within 30 s. */
const deadMs = 20_000;

/** One socket's life: subscribes, keeps it alive, and reports subscriptions that were not acknowledged. Fails when the socket ends. */
export function twelveDataConnection(options: TwelveDataConnectionOptions): Observable<FeedEvent> {
  const { url, key, clock, book, state, silences, staleMs = 60_000, acknowledgeWithinMs = 10_000 } = options;
  return new Observable<FeedEvent>((subscriber) => {
    const silence = createPriceSilence({ clock, staleMs, silences });
    const isAnyMarketOpen = () => {
      const time = options.marketTime?.() ?? clock.now();
      return book.expected().some((symbol) => options.isMarketOpen(symbol, time));
    };

    const reportUnacknowledged = () => {
      const refused = book.overdue(clock.now() - acknowledgeWithinMs).map((symbol) => ({
        symbol,
        reason: `not acknowledged in ${acknowledgeWithinMs} ms`,
        isUnanswered: true as const,
      }));
      if (refused.length > 0) subscriber.next({ kind: 'symbols', accepted: [], refused });
    };
    const watch = (link: SocketLink) => {
      reportUnacknowledged();
      const idleMs = clock.now() - link.lastReceived();
      if (idleMs > deadMs + heartbeatMs / 2) {
        link.fail(`nothing heard for ${idleMs} ms`);
        return;
      }
      const now = silence.check(isAnyMarketOpen());
      if (now === 'closed' && book.expected().length > 0) state('closed_market');
      if (now !== 'silent') return;
      state('silent', `no price for ${staleMs} ms and more`);
      options.onSilence();
      link.fail('no price although the market is open');
    };

    const onOpen = (link: SocketLink) => {
      const life = new Subscription();
      book.restart();
      silence.reset();
      life.add(
        interval(heartbeatMs, clock).subscribe(() => {
          link.ping();
          link.send('{"action":"heartbeat"}');
        }),
      );
      life.add(interval(1_000, clock).subscribe(() => watch(link)));
      life.add(
        subscriptionSync({
          clock,
          book,
          symbols$: options.symbols$,
          send: link.send,
          onError: (error) => subscriber.error(error),
        }),
      );
      return life;
    };

    const onFrame = frameHandler({
      ...options,
      isAnyMarketOpen,
      onAlive: silence.reset,
      emit: (event) => subscriber.next(event),
    });
    return openWebSocket({ url, headers: { 'X-TD-APIKEY': key }, clock, onOpen }).subscribe({
      next: onFrame,
      error: (error: unknown) => subscriber.error(error),
    });
  });
}
