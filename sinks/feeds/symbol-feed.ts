import type { IncomingMessage } from 'node:http';
import type { Registry } from 'prom-client';
import type { SchedulerLike } from 'rxjs';
import type { WebSocket } from 'ws';
import type { z } from 'zod';
import type { Unwatched } from '../../schema/symbol/watch-answer.ts';
import type { FeedFrame } from '../../schema/wire.ts';
import { clientBudgets, type ClientBudgets } from './client-budgets.ts';
import { feedLimits, type FeedLimits } from './feed-limits.ts';
import { feedMetrics, type FeedMetrics } from './feed-metrics.ts';
import { createFeedServer, type Connection, type FeedServerOptions } from './feed-server.ts';
import { frameTurns, type FrameTurns } from './frame-turns.ts';
import { FrameError } from './parse-frame.ts';
import { joinSymbols, requestedSymbols, unwatched } from './join-symbols.ts';
import { symbolInterest, type SymbolInterestOptions } from './symbol-interest.ts';
import { textFrame } from './text-frame.ts';

export interface Ping {
  readonly action: 'ping';
}

/** A subscribe or unsubscribe frame of either feed. */
export interface SymbolRequest {
  readonly action: 'subscribe' | 'unsubscribe';
  readonly symbol?: string | undefined;
  readonly symbols?: string[] | undefined;
}

/** Subscribed symbols with what was requested of each: a timeframe, or in words of the feed's own something of it. */
export type Subscribed = ReadonlyMap<string, ReadonlySet<string>>;

interface Subscriptions {
  readonly symbols: Map<string, ReadonlySet<string>>;
  /** Has it ever subscribed? Before that it receives no frame that it did not request. */
  greeted: boolean;
}

/** One client of a feed, with the feed's state of it. */
export type Subscriber<Own> = Connection<Subscriptions & Own>;

/** What a feed sends to a client that subscribes. */
interface Greeting {
  /** Fields of the `subscribed` frame. */
  readonly fields?: object;
  /** Sends the current state, after that frame, of what was not subscribed before: that had its snapshot. */
  readonly send: (before: Subscribed) => Promise<void> | void;
}

/** Options of both feeds. */
export interface FeedOptions extends SymbolInterestOptions {
  readonly clock: SchedulerLike;
  readonly registry: Registry;
  readonly limits?: Partial<FeedLimits>;
  /** What clients may cost; both feeds count together. @default one of its own */
  readonly budgets?: ClientBudgets;
  /** Where both feeds handle frames in turn. @default one of its own */
  readonly turns?: FrameTurns;
  readonly onError: (error: unknown) => void;
}

export interface SymbolFeedOptions<Request extends SymbolRequest, Own> extends FeedOptions {
  readonly name: FeedServerOptions<never, never>['name'];
  readonly request: z.ZodType<Request | Ping>;
  /** The feed's own initial state of a connection. */
  readonly own: () => Own;
  /** What a subscribe frame adds to each of its symbols. Throws FrameError for what the feed does not have. */
  readonly wanted: (request: Request) => ReadonlySet<string>;
  /** What of the present an unsubscribe frame leaves. */
  readonly left: (request: Request, present: ReadonlySet<string>) => ReadonlySet<string>;
  /** Called just before the subscription takes effect, so that the snapshot and the live frames leave no gap and no overlap. */
  readonly greet: (subscriber: Subscriber<Own>, request: Request, symbols: readonly string[]) => Greeting;
}

export interface SymbolFeed<Own> {
  readonly accept: (socket: WebSocket, request: IncomingMessage, address: string) => void;
  readonly publishState: (frame: FeedFrame) => void;
  /** Ends all subscriptions of a symbol, and sends each subscriber an error frame with the reason. */
  readonly expel: (symbol: string, why: Unwatched) => void;
  readonly of: (symbol: string) => ReadonlySet<Subscriber<Own>>;
  readonly metrics: FeedMetrics;
  readonly limits: FeedLimits;
  readonly close: () => Promise<void>;
  /** Sizes of the feed's collections, for tests and metrics. */
  readonly sizes: () => { connections: number; symbols: number };
}

/** Does a subscriber want this of a symbol? */
export const wants = ({ state }: Subscriber<unknown>, symbol: string, what: string): boolean =>
  state.symbols.get(symbol)?.has(what) === true;

/** The clients of one feed by symbol: subscriptions, greeting, the feed's state, and expelling. */
export function createSymbolFeed<Request extends SymbolRequest, Own>(
  options: SymbolFeedOptions<Request, Own>,
): SymbolFeed<Own> {
  const { name, clock, wanted, left, greet, onError } = options;
  const metrics = feedMetrics(options.registry);
  const limits = { ...feedLimits, ...options.limits };
  const budgets =
    options.budgets ?? clientBudgets({ limits, connectionsPerAddress: 1e6, now: () => clock.now() });
  const interest = symbolInterest<Subscriber<Own>>(options);
  let feedState: Buffer | undefined;

  const subscribe = async (subscriber: Subscriber<Own>, request: Request) => {
    const { state } = subscriber;
    const topics = wanted(request);
    const asked = requestedSymbols(request);
    const added = asked.filter((symbol) => !state.symbols.has(symbol));
    checkSubscribe(subscriber, asked, added, limits.maxSubscriptions);
    const joined = await joinSymbols(interest, subscriber, added);
    const isNew = new Set(joined.symbols);
    const symbols = asked.filter((symbol) => isNew.has(symbol) || state.symbols.has(symbol));
    if (symbols.length === 0 || !subscriber.isOpen) return joined.complain();
    // Nothing is published between here and the greeting's first await.
    const greeting = greet(subscriber, request, symbols);
    const before = subscribedTo(state.symbols, symbols);
    metrics.subscriptions.inc({ feed: name }, symbols.length - before.size);
    for (const symbol of symbols)
      state.symbols.set(symbol, new Set([...(before.get(symbol) ?? []), ...topics]));
    subscriber.reply({
      type: 'subscribed',
      ...(request.symbol === undefined ? {} : { symbol: request.symbol }),
      symbols,
      status: 'success',
      ...greeting.fields,
    });
    const sent = greeting.send(before);
    if (sent !== undefined) await sent;
    joined.complain();
    if (!state.greeted && feedState !== undefined) subscriber.out.send(feedState);
    state.greeted = true;
  };

  const leave = (subscriber: Subscriber<Own>, symbol: string, request?: Request) => {
    const { symbols } = subscriber.state;
    const present = symbols.get(symbol);
    if (present === undefined) return;
    const rest = request && left(request, present);
    if (rest !== undefined && rest.size > 0) symbols.set(symbol, rest);
    else {
      symbols.delete(symbol);
      metrics.subscriptions.dec({ feed: name });
      interest.leave(symbol, subscriber);
    }
  };

  const server = createFeedServer<Request | Ping, Subscriptions & Own>({
    name,
    clock,
    limits,
    metrics,
    budgets,
    turns: options.turns ?? frameTurns(),
    request: options.request,
    open: () => ({ symbols: new Map(), greeted: false, ...options.own() }),
    handle: async (subscriber, request) => {
      if (request.action === 'ping') subscriber.reply({ type: 'pong' });
      else if (request.action === 'subscribe') await subscribe(subscriber, request);
      else {
        const asked = requestedSymbols(request);
        const all = asked.length === 0 ? [...subscriber.state.symbols.keys()] : asked;
        for (const symbol of all) leave(subscriber, symbol, request);
        subscriber.reply({ type: 'unsubscribed', symbols: all, status: 'success' });
      }
    },
    left: (subscriber) => {
      for (const symbol of subscriber.state.symbols.keys()) leave(subscriber, symbol);
    },
    onError,
  });

  return {
    accept: server.accept,
    of: interest.of,
    metrics,
    limits,
    publishState: (frame) => {
      feedState = textFrame(frame);
      // Others receive it with their first subscription: `subscribed` is always the first frame.
      const greeted = [...server.connections].filter(({ state }) => state.greeted);
      for (const connection of greeted) connection.out.offer('feed', feedState);
      metrics.sent.inc({ feed: name, type: 'feed' }, greeted.length);
    },
    expel: (symbol, why) => {
      for (const subscriber of interest.expel(symbol)) {
        if (subscriber.state.symbols.delete(symbol)) metrics.subscriptions.dec({ feed: name });
        subscriber.fail(why, `${unwatched[why]} ${symbol}`);
      }
    },
    close: server.close,
    sizes: () => ({ connections: server.connections.size, symbols: interest.size() }),
  };
}

/** Throws a FrameError for a subscribe frame that gets nothing. */
function checkSubscribe(
  { state, waitSeconds }: Subscriber<unknown>,
  asked: readonly string[],
  added: readonly string[],
  most: number,
): void {
  if (asked.length === 0) throw new FrameError('bad_frame', 'symbols: a symbol is needed');
  if (state.symbols.size + added.length > most)
    throw new FrameError('subscription_limit', `at most ${most} symbols a connection`);
  const wait = waitSeconds();
  if (wait > 0)
    throw new FrameError('rate_limited', `too many snapshots and replays: subscribe again in ${wait} s`);
}

/** Those of the symbols that a connection is subscribed to, with what of them. */
function subscribedTo(all: Subscribed, symbols: readonly string[]): Subscribed {
  return new Map(
    symbols.flatMap((symbol) => {
      const topics = all.get(symbol);
      return topics === undefined ? [] : [[symbol, topics]];
    }),
  );
}
