import type { IncomingMessage } from 'node:http';
import type { Registry } from 'prom-client';
import type { SchedulerLike } from 'rxjs';
import type { WebSocket } from 'ws';
import type { Timeframe } from '../../schema/timeframe.ts';
import { timeframes } from '../../schema/timeframe.ts';
import { SignalRequest, type FeedFrame, type SignalLogFrame } from '../../schema/wire.ts';
import { feedLimits, type FeedLimits } from './feed-limits.ts';
import { feedMetrics } from './feed-metrics.ts';
import { createFeedServer, type Connection } from './feed-server.ts';
import { FrameError } from './inbound.ts';
import { joinSymbols, requestedSymbols, unwatched } from './join-symbols.ts';
import { type LastSignal, lastSignals } from './last-signals.ts';
import { createSignalLog, type SignalLogOptions } from './signal-log.ts';
import { replay, type ReplayState, sendLive } from './signal-replay.ts';
import { symbolInterest, type SymbolInterestOptions, type Unwatched } from './symbol-interest.ts';
import { textFrame } from './text-frame.ts';

export interface SignalFeedOptions extends SymbolInterestOptions {
  readonly clock: SchedulerLike;
  readonly registry: Registry;
  readonly limits?: Partial<FeedLimits>;
  readonly log: SignalLogOptions;
  readonly onError: (error: unknown) => void;
}

export interface SignalFeed {
  readonly accept: (socket: WebSocket, request: IncomingMessage) => void;
  /** Broadcasts a frame of the log, after its commit, in the order of offsets. */
  readonly publish: (frame: SignalLogFrame) => void;
  /** What newcomers get at once. `publish` remembers by itself; this is for what is not broadcast. */
  readonly remember: (last: LastSignal) => void;
  readonly publishState: (frame: FeedFrame) => void;
  /** The symbol is watched no more. */
  readonly forget: (symbol: string) => void;
  /** Takes a symbol from everybody who subscribed to it, and tells them why: no more of it will come. */
  readonly expel: (symbol: string, why: Unwatched) => void;
  readonly close: () => Promise<void>;
  readonly sizes: () => { connections: number; symbols: number; remembered: number };
}

interface State extends ReplayState {
  /** Subscribed symbols with the timeframes that are wanted. */
  readonly symbols: Map<string, ReadonlySet<Timeframe>>;
  greeted: boolean;
}

const all: ReadonlySet<Timeframe> = new Set(timeframes);

/** `/ws/signals`: every change to whoever subscribed, in order, once; `since` brings what was missed. */
export function createSignalFeed(options: SignalFeedOptions): SignalFeed {
  const metrics = feedMetrics(options.registry);
  const limits = { ...feedLimits, ...options.limits };
  const interest = symbolInterest<Connection<State>>(options);
  const log = createSignalLog(options.log);
  const last = lastSignals();
  let feedState: Buffer | undefined;

  const wants = (connection: Connection<State>, frame: SignalLogFrame) =>
    connection.state.symbols.get(frame.symbol)?.has(frame.timeframe) === true;

  const subscribe = async (
    connection: Connection<State>,
    request: Exclude<SignalRequest, { action: 'ping' }>,
  ) => {
    const { state } = connection;
    const asked = requestedSymbols(request);
    if (asked.length === 0) throw new FrameError('bad_frame', 'symbols: a symbol is needed');
    const added = asked.filter((symbol) => !state.symbols.has(symbol)).length;
    if (state.symbols.size + added > limits.maxSubscriptions) {
      throw new FrameError('subscription_limit', `at most ${limits.maxSubscriptions} symbols a connection`);
    }
    const joined = await joinSymbols(interest, connection, asked);
    if (joined.symbols.length === 0) return joined.complain();

    // From here to the first await nothing is published: what the replay or snapshot covers ends exactly at `offset`.
    const asksFor = request.timeframe === undefined ? all : new Set([request.timeframe]);
    const { since } = request;
    const missed = since?.epoch === log.epoch ? log.after(since.offset) : undefined;
    for (const symbol of joined.symbols) {
      const present = state.symbols.get(symbol);
      if (present === undefined) metrics.subscriptions.inc({ feed: 'signals' });
      state.symbols.set(symbol, new Set([...(present ?? []), ...asksFor]));
    }
    connection.reply({
      type: 'subscribed',
      ...(request.symbol === undefined ? {} : { symbol: request.symbol }),
      symbols: joined.symbols,
      status: 'success',
      epoch: log.epoch,
      offset: log.head(),
      recovered: missed !== undefined,
    });
    if (missed === undefined) snapshot(connection, joined.symbols, asksFor);
    else {
      const symbols = new Set(joined.symbols);
      const isAsked = (frame: SignalLogFrame) => symbols.has(frame.symbol) && asksFor.has(frame.timeframe);
      await replay(connection, missed, isAsked, options.onError);
    }
    joined.complain();
    if (!state.greeted && feedState !== undefined) connection.out.send(feedState);
    state.greeted = true;
  };

  const snapshot = (
    connection: Connection<State>,
    symbols: readonly string[],
    asksFor: ReadonlySet<Timeframe>,
  ) => {
    for (const symbol of symbols) {
      for (const known of last.of(symbol)) {
        if (!asksFor.has(known.timeframe)) continue;
        connection.reply({
          type: 'signal_update',
          ...known,
          signal_changed: false,
          epoch: log.epoch,
          offset: log.head(),
        });
      }
    }
  };

  const leave = (connection: Connection<State>, symbol: string, timeframe?: Timeframe) => {
    const { symbols } = connection.state;
    const present = symbols.get(symbol);
    if (present === undefined) return;
    const rest = new Set(timeframe === undefined ? [] : [...present].filter((one) => one !== timeframe));
    if (rest.size > 0) {
      symbols.set(symbol, rest);
      return;
    }
    symbols.delete(symbol);
    metrics.subscriptions.dec({ feed: 'signals' });
    interest.leave(symbol, connection);
  };

  const server = createFeedServer<SignalRequest, State>({
    name: 'signals',
    clock: options.clock,
    limits,
    metrics,
    request: SignalRequest,
    open: () => ({ symbols: new Map(), held: undefined, heldBytes: 0, greeted: false }),
    handle: async (connection, request) => {
      if (request.action === 'ping') connection.reply({ type: 'pong' });
      else if (request.action === 'subscribe') await subscribe(connection, request);
      else {
        const asked = requestedSymbols(request);
        const left = asked.length === 0 ? [...connection.state.symbols.keys()] : asked;
        for (const symbol of left) leave(connection, symbol, request.timeframe);
        connection.reply({ type: 'unsubscribed', symbols: left, status: 'success' });
      }
    },
    left: (connection) => {
      for (const symbol of connection.state.symbols.keys()) leave(connection, symbol);
    },
    onError: options.onError,
  });

  return {
    accept: server.accept,
    publish: (frame) => {
      const entry = log.append(frame);
      if (frame.type === 'signal_update') last.remember(frame);
      else last.resolve(frame);
      let count = 0;
      for (const member of interest.of(frame.symbol)) {
        if (!wants(member, frame)) continue;
        sendLive(member, entry, limits.maxBacklogBytes);
        count++;
      }
      if (count > 0) metrics.sent.inc({ feed: 'signals', type: frame.type }, count);
    },
    remember: last.remember,
    publishState: (frame) => {
      feedState = textFrame(frame);
      // Others are told with their first subscription: `subscribed` is always the first frame.
      const greeted = [...server.connections].filter(({ state }) => state.greeted);
      for (const connection of greeted) connection.out.offer('feed', feedState);
      metrics.sent.inc({ feed: 'signals', type: 'feed' }, greeted.length);
    },
    forget: last.forget,
    expel: (symbol, why) => {
      for (const member of interest.expel(symbol)) {
        if (member.state.symbols.delete(symbol)) metrics.subscriptions.dec({ feed: 'signals' });
        member.fail(why, `${unwatched[why]} ${symbol}`);
      }
    },
    close: server.close,
    sizes: () => ({
      connections: server.connections.size,
      symbols: interest.size(),
      remembered: last.size(),
    }),
  };
}
