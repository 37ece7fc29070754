import { interval, Observable, Subscription, timer, type SchedulerLike } from 'rxjs';
import type { ProviderFacts } from '../../../schema/instrument.ts';
import type { FeedState } from '../../../schema/market-event.ts';
import type { FeedEvent, RefusedSymbol } from '../feed-event.ts';
import { createFrameBudget } from './frame-budget.ts';
import type { SubscriptionBook } from './subscription-book.ts';
import { parseProviderFrame, type ProviderFrame, type ProviderListing } from './twelvedata-frame.ts';
import { openWebSocket, type SocketLink } from './websocket.ts';

export interface TwelveDataConnectionOptions {
  readonly url: string;
  readonly key: string;
  readonly clock: SchedulerLike;
  readonly timeOfDay: () => number;
  readonly symbols$: Observable<ReadonlySet<string>>;
  readonly isMarketOpen: (symbol: string, time: number) => boolean;
  readonly marketTime?: () => number;
  readonly staleMs?: number;
  readonly acknowledgeWithinMs?: number;
  /** What the provider says of a symbol: its type, its exchange, its currency. */
  readonly onFacts?: (symbol: string, facts: ProviderFacts) => void;
  readonly book: SubscriptionBook;
  readonly state: (state: FeedState, reason?: string) => void;
  readonly skip: (kind: string, sample: string) => void;
  /** Sockets in a row that ended for silence; a feed that stays silent is asked again ever more rarely. */
  readonly silences: () => number;
  readonly onSilence: () => void;
  readonly onPrice: () => void;
}

const heartbeatMs = 10_000;
/** Nothing heard for this long, with a ping and a heartbeat every 10 s, and the other side is gone: found in 30 s at most. */
const deadMs = 20_000;
/** The provider takes 100 client frames a minute; heartbeats are 6 of them. */
const framesPerMinute = 80;
/** Changes of the watched symbols are gathered this long into one frame, ms. */
const gatherMs = 250;

/** Life of one socket: subscribes, keeps it alive, compares what was acknowledged with what was asked. Fails when it ends. */
export function twelveDataConnection(options: TwelveDataConnectionOptions): Observable<FeedEvent> {
  const { url, key, clock, book, state, skip, staleMs = 60_000, acknowledgeWithinMs = 10_000 } = options;
  return new Observable<FeedEvent>((subscriber) => {
    const budget = createFrameBudget(framesPerMinute);
    let lastPrice = clock.now();
    /** Since when a price was due: a closed market owes none. */
    let dueSince = lastPrice;
    let syncing: Subscription | undefined;
    /** Whose prices have said where they are from, and names whose prices do not. */
    const described = new Set<string>();
    const unclear = new Set<string>();

    const tell = (accepted: readonly string[], refused: readonly RefusedSymbol[]) => {
      if (accepted.length + refused.length > 0) subscriber.next({ kind: 'symbols', accepted, refused });
    };
    const isAnyOpen = () => {
      const time = options.marketTime?.() ?? clock.now();
      return book.expected().some((symbol) => options.isMarketOpen(symbol, time));
    };

    /** Brings the socket's subscriptions to what is wanted, when the frame budget allows. */
    const sync = (link: SocketLink) => {
      const wait = budget.take(clock.now(), 2);
      if (wait > 0) {
        syncLater(link, wait);
        return;
      }
      const { add, remove } = book.takeChanges(clock.now());
      if (remove.length > 0) link.send(request('unsubscribe', remove));
      if (add.length > 0) link.send(request('subscribe', add));
    };
    const syncLater = (link: SocketLink, ms: number) => {
      syncing?.unsubscribe();
      syncing = timer(ms, clock).subscribe(() => sync(link));
    };

    const onOpen = (link: SocketLink) => {
      const life = new Subscription(() => syncing?.unsubscribe());
      book.restart();
      lastPrice = clock.now();
      dueSince = lastPrice;
      life.add(
        options.symbols$.subscribe({
          next: (symbols) => {
            book.want(symbols);
            syncLater(link, syncing === undefined ? 0 : gatherMs);
          },
          error: (error: unknown) => subscriber.error(error),
        }),
      );
      life.add(
        interval(heartbeatMs, clock).subscribe(() => {
          link.ping();
          link.send('{"action":"heartbeat"}');
        }),
      );
      life.add(interval(1_000, clock).subscribe(() => watch(link)));
      life.add(interval(60_000, clock).subscribe(() => sync(link)));
      return life;
    };

    const watch = (link: SocketLink) => {
      const now = clock.now();
      tell(
        [],
        book.overdue(now - acknowledgeWithinMs).map((symbol) => ({
          symbol,
          reason: `not acknowledged in ${acknowledgeWithinMs} ms`,
          isUnanswered: true,
        })),
      );
      if (now - link.lastHeard() > deadMs + heartbeatMs / 2) {
        link.fail(`nothing heard for ${now - link.lastHeard()} ms`);
      } else if (!isAnyOpen()) {
        dueSince = now;
        if (now - lastPrice >= staleMs && book.expected().length > 0) state('closed_market');
      } else if (now - dueSince >= staleMs * 2 ** Math.min(options.silences(), 4)) {
        state('silent', `no price for ${staleMs} ms and more`);
        options.onSilence();
        link.fail('no price although the market is open');
      }
    };

    /** A price of nobody's, or of one of several listings that it does not tell apart: none of them gets it. */
    const onUnclear = (listing: ProviderListing, text: string) => {
      const { symbol: name, exchange = listing.micCode } = listing;
      const several = exchange === undefined ? book.candidates(name) : [];
      skip(several.length > 1 ? 'ambiguous_symbol' : 'unknown_symbol', text);
      if (several.length <= 1) return;
      // The feed lives, whoever's price it was.
      lastPrice = clock.now();
      dueSince = lastPrice;
      if (unclear.has(name)) return;
      unclear.add(name);
      const reason = `prices of ${name} do not say of which exchange: ${several.join(' and ')} cannot be told apart`;
      tell(
        [],
        several.map((symbol) => ({ symbol, reason, isUnanswered: true })),
      );
    };

    const onPrice = (frame: Extract<ProviderFrame, { kind: 'price' }>, text: string) => {
      const { listing } = frame;
      const symbol = book.ofPrice(listing);
      if (symbol === undefined) {
        onUnclear(listing, text);
        return;
      }
      if (!described.has(symbol)) {
        described.add(symbol);
        options.onFacts?.(symbol, listing);
      }
      const now = clock.now();
      lastPrice = now;
      dueSince = now;
      options.onPrice();
      if (!book.isAccepted(symbol) && book.accept(symbol)) tell([symbol], []);
      state('live');
      const { price, eventTime, bid, ask, dayVolume } = frame;
      subscriber.next({
        kind: 'tick',
        tick: {
          symbol,
          price,
          eventTime,
          receivedTime: options.timeOfDay(),
          ...(bid !== undefined && { bid }),
          ...(ask !== undefined && { ask }),
          ...(dayVolume !== undefined && { dayVolume }),
        },
      });
    };

    const onStatus = ({ accepted, refused }: Extract<ProviderFrame, { kind: 'status' }>) => {
      const taken = accepted.flatMap((listing) => {
        const symbol = book.ofAnswer(listing);
        if (symbol === undefined) return [];
        options.onFacts?.(symbol, listing);
        return book.accept(symbol) ? symbol : [];
      });
      const denied = refused.flatMap(({ reason, listing }) => {
        const symbol = book.ofAnswer(listing);
        return symbol !== undefined && book.refuse(symbol, reason, clock.now()) ? [{ symbol, reason }] : [];
      });
      tell(taken, denied);
      // After a silence only a price shows that the feed is live.
      if (taken.length > 0 && options.silences() === 0) state(isAnyOpen() ? 'live' : 'closed_market');
    };

    return openWebSocket({ url, headers: { 'X-TD-APIKEY': key }, clock, onOpen }).subscribe({
      next: (text) => {
        const frame = parseProviderFrame(text);
        if (frame.kind === 'price') onPrice(frame, text);
        else if (frame.kind === 'status') onStatus(frame);
        else if (frame.kind === 'error') skip(`error_${frame.code ?? 'without_code'}`, frame.message);
        else if (frame.kind === 'bad') skip(frame.problem, text);
      },
      error: (error: unknown) => subscriber.error(error),
    });
  });
}

function request(action: 'subscribe' | 'unsubscribe', symbols: readonly string[]): string {
  return JSON.stringify({ action, params: { symbols: symbols.join(',') } });
}
