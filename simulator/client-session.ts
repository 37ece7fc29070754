import type { SchedulerLike } from 'rxjs';
import type { WebSocket } from 'ws';
import type { Faults } from './faults.ts';
import type { Listing } from './listing.ts';
import type { Market } from './market/market.ts';
import { priceEvent } from './market/price-event.ts';
import { askedSymbols } from './subscribe-request.ts';
import type { Timeline } from './market/timeline.ts';

const eventsPerMinute = 100;
const lastTickSearchMs = 7 * 86_400_000;

/** One client of the simulated WebSocket, and the symbols it has subscribed. */
export interface ClientSession {
  readonly socket: WebSocket;
  readonly key: string;
  readonly symbols: ReadonlySet<string>;
  readonly onFrame: (text: string) => void;
}

export interface ClientSessionOptions {
  readonly market: Market;
  readonly timeline: Timeline;
  readonly clock: SchedulerLike;
  /** Symbols the socket may hold. */
  readonly maxSymbols: number;
  readonly faults: Faults['socket'];
}

/** Answers a client's frames as the provider does: subscriptions, heartbeats, and the limit of client events. */
export function clientSession(socket: WebSocket, key: string, options: ClientSessionOptions): ClientSession {
  const { market, timeline, clock, maxSymbols, faults } = options;
  const symbols = new Set<string>();
  let events: number[] = [];

  const reply = (body: unknown) => {
    if (!faults.halfOpen) socket.send(JSON.stringify(body));
  };
  const fail = (code: number, message: string) => reply({ event: 'error', code, message, status: 'error' });

  const subscribe = (asked: readonly string[]) => {
    const success: Listing[] = [];
    const fails: string[] = [];
    for (const symbol of new Set(asked)) {
      const listing = market.listings.get(symbol);
      const hasRoom = symbols.has(symbol) || symbols.size < maxSymbols;
      if (listing === undefined || faults.refused.has(symbol) || !hasRoom) fails.push(symbol);
      else {
        symbols.add(symbol);
        success.push(listing);
      }
    }
    if (faults.acks === 'missing') return;
    reply(subscribeStatus(success, fails, faults.acks === 'strings'));
    for (const listing of success) sendLastPrice(listing);
    if (success.length > 0) timeline.play();
  };

  /** Sends the last price of a closed market at once, however old it is. */
  const sendLastPrice = (listing: Listing) => {
    const now = timeline.now();
    if (faults.silent || market.isOpen(listing.symbol, now)) return;
    const bar = market.minutes(listing.symbol, now - lastTickSearchMs, now).at(-1);
    const tick = bar && market.ticks(listing.symbol, bar.openTime, bar.openTime + 60_000).at(-1);
    if (tick) reply(priceEvent(listing, tick));
  };

  const onFrame = (text: string) => {
    const now = clock.now();
    events = events.filter((at) => now - at < 60_000);
    events.push(now);
    if (events.length > eventsPerMinute) {
      fail(429, 'You have reached the limit of events per minute');
      return;
    }
    const request = askedSymbols(text);
    if (request === null) fail(400, 'Invalid JSON or action');
    else if (request.action === 'heartbeat') reply({ event: 'heartbeat', status: 'ok' });
    else if (request.action === 'reset') symbols.clear();
    else if (request.action === 'unsubscribe') for (const symbol of request.symbols) symbols.delete(symbol);
    else subscribe(request.symbols);
  };

  return { socket, key, symbols, onFrame };
}

function subscribeStatus(success: readonly Listing[], fails: readonly string[], asStrings: boolean) {
  return {
    event: 'subscribe-status',
    status: success.length > 0 ? 'ok' : 'error',
    success: success.length > 0 ? success.map(statusEntry) : null,
    fails: fails.length > 0 ? fails.map((symbol) => (asStrings ? symbol : { symbol })) : null,
  };
}

const statusEntry = ({ ticker, exchange, country, type, micCode }: Listing) => ({
  symbol: ticker,
  exchange,
  country,
  type,
  ...(micCode !== undefined && { mic_code: micCode }),
});
