import type {
  CandleFrame,
  ErrorFrame,
  FeedFrame,
  PriceFrame,
  ResolvedFrame,
  Since,
  SignalFrame,
  SubscribedFrame,
} from '../schema/wire.ts';
import { priceChannel, type PriceWish } from './price-channel.ts';
import {
  reconnectingSocket,
  type ConnectionState,
  type ReconnectingSocket,
  type SocketConstructor,
} from './reconnecting-socket.ts';
import { signalChannel, type SignalWish } from './signal-channel.ts';
import type { Subscription } from './subscription.ts';

export interface ClientOptions {
  /** The server's address: `http://127.0.0.1:8080`. In a page, `location.origin`, with the prefix below which a proxy serves it. */
  readonly url: string;
  /** @default the global one */
  readonly WebSocket?: SocketConstructor;
  /** @default Math.random */
  readonly random?: () => number;
  /** Silence after which the connection is checked, ms. @default 20 s */
  readonly pingAfterMs?: number;
  readonly onState?: (channel: 'prices' | 'signals', state: ConnectionState) => void;
  /** The state of the server's own feed. */
  readonly onFeed?: (frame: FeedFrame) => void;
  /** An error frame of the server, for an unknown symbol for example. */
  readonly onError?: (frame: ErrorFrame) => void;
}

export interface Client {
  /** Subscribes to prices, and to candles of the given timeframes. Without a callback read them with `for await`. */
  readonly prices: (
    wish: PriceWish,
    onFrame?: (frame: PriceFrame | CandleFrame) => void,
  ) => Subscription<PriceFrame | CandleFrame>;
  /** Subscribes to signals and their outcomes: each change once, also across disconnects. */
  readonly signals: (
    wish: SignalWish,
    onFrame?: (frame: SignalFrame | ResolvedFrame) => void,
  ) => Subscription<SignalFrame | ResolvedFrame>;
  /** Position in the server's signal log: keep it, and pass it as `since` to the next run. */
  readonly cursor: () => Since | undefined;
  readonly state: () => Readonly<Record<'prices' | 'signals', ConnectionState>>;
  /** Connects now instead of after the delay, for example when the network is back. */
  readonly hurry: () => void;
  readonly close: () => void;
}

/** A client of both feeds. Connects with the first subscription, reconnects by itself, and resumes where it stopped. */
export function createClient(options: ClientOptions): Client {
  const { random = Math.random, pingAfterMs = 20_000 } = options;
  const WebSocket = options.WebSocket ?? (globalThis.WebSocket as SocketConstructor | undefined);
  if (WebSocket === undefined) throw new Error('there is no global WebSocket: give one as an option');
  const base = options.url.replace(/^http/, 'ws').replace(/\/$/, '');

  const open = (
    name: 'prices' | 'signals',
    path: string,
    handlers: {
      onOpen: () => void;
      onPing?: () => void;
      onFrame: (frame: { readonly type: string }) => void;
    },
  ): ReconnectingSocket =>
    reconnectingSocket({
      url: base + path,
      WebSocket,
      random,
      pingAfterMs,
      onState: (state) => options.onState?.(name, state),
      onOpen: handlers.onOpen,
      onPing: handlers.onPing ?? (() => {}),
      onFrame: (frame) => {
        if (frame.type === 'feed') options.onFeed?.(frame as FeedFrame);
        else if (frame.type === 'error') options.onError?.(frame as ErrorFrame);
        else handlers.onFrame(frame);
      },
    });

  const prices = priceChannel((message) => priceSocket.send(message));
  const signals = signalChannel((message) => signalSocket.send(message));
  const priceSocket = open('prices', '/ws', {
    onOpen: prices.opened,
    onFrame: (frame) => {
      if (frame.type === 'price_update' || frame.type === 'candle') {
        prices.take(frame as PriceFrame | CandleFrame);
      }
    },
  });
  const signalSocket = open('signals', '/ws/signals', {
    onOpen: signals.opened,
    onPing: signals.pinged,
    onFrame: (frame) => {
      if (frame.type === 'subscribed') signals.subscribed(frame as SubscribedFrame);
      else if (frame.type === 'pong') signals.pong();
      else if (frame.type === 'signal_update' || frame.type === 'signal_resolved') {
        signals.take(frame as SignalFrame | ResolvedFrame);
      }
    },
  });

  return {
    prices: (wish, onFrame) => {
      const subscription = prices.subscribe(wish, onFrame);
      priceSocket.open();
      return subscription;
    },
    signals: (wish, onFrame) => {
      const subscription = signals.subscribe(wish, onFrame);
      signalSocket.open();
      return subscription;
    },
    cursor: signals.cursor,
    state: () => ({ prices: priceSocket.state(), signals: signalSocket.state() }),
    hurry: () => {
      priceSocket.hurry();
      signalSocket.hurry();
    },
    close: () => {
      priceSocket.close();
      signalSocket.close();
      prices.end();
      signals.end();
    },
  };
}
