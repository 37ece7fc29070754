import { z } from 'zod';
import { Owner } from './strategies/assignment.ts';
import { VolumeKind } from './candle.ts';
import { anyAs, elementsAs } from './outside/elements-as.ts';
import { Decision, Outcome, Signal } from './signal.ts';
import { SymbolName } from './symbol/symbol.ts';
import { Timeframe } from './timeframe.ts';

const someSymbols = z.array(anyAs(SymbolName)).min(1).max(1000).transform(elementsAs(SymbolName));

/** Where a client stands in the signal log. An epoch names one log; an offset counts up in it. */
export const Since = z.object({ epoch: z.string().max(64), offset: z.number().int().nonnegative() });
export type Since = z.infer<typeof Since>;

/** Client frames of `/ws`. */
export const PriceRequest = z.discriminatedUnion('action', [
  z.object({
    action: z.enum(['subscribe', 'unsubscribe']),
    symbol: SymbolName.optional(),
    symbols: someSymbols.optional(),
    timeframes: z.array(Timeframe).max(8).optional(),
  }),
  z.object({ action: z.literal('ping') }),
]);
export type PriceRequest = z.infer<typeof PriceRequest>;

/** Client frames of `/ws/signals`. */
export const SignalRequest = z.discriminatedUnion('action', [
  z.object({
    action: z.enum(['subscribe', 'unsubscribe']),
    symbol: SymbolName.optional(),
    symbols: someSymbols.optional(),
    timeframe: Timeframe.optional(),
    /** One of `GET /strategies`; without it the live ones are meant. */
    assignment: z.string().max(40).optional(),
    since: Since.optional(),
  }),
  z.object({ action: z.literal('ping') }),
]);
export type SignalRequest = z.infer<typeof SignalRequest>;

export const ErrorFrame = z.object({ type: z.literal('error'), code: z.string(), message: z.string() });
export type ErrorFrame = z.infer<typeof ErrorFrame>;
export const PongFrame = z.object({ type: z.literal('pong') });

export const FeedFrame = z.object({
  type: z.literal('feed'),
  state: z.enum(['connecting', 'live', 'silent', 'closed_market', 'disconnected', 'refused']),
  since: z.number(),
  reason: z.string().optional(),
});
export type FeedFrame = z.infer<typeof FeedFrame>;

export const SubscribedFrame = z.object({
  type: z.literal('subscribed'),
  symbol: z.string().optional(),
  symbols: z.array(z.string()),
  status: z.literal('success'),
  epoch: z.string().optional(),
  offset: z.number().int().optional(),
  recovered: z.boolean().optional(),
});

export type SubscribedFrame = z.infer<typeof SubscribedFrame>;

export const UnsubscribedFrame = z.object({
  type: z.literal('unsubscribed'),
  symbols: z.array(z.string()),
  status: z.literal('success'),
});

export const PriceFrame = z.object({
  type: z.literal('price_update'),
  symbol: z.string(),
  price: z.number(),
  /** Event time, Unix ms. */
  timestamp: z.number(),
  bid: z.number().optional(),
  ask: z.number().optional(),
});
export type PriceFrame = z.infer<typeof PriceFrame>;

export const CandleFrame = z.object({
  type: z.literal('candle'),
  symbol: z.string(),
  timeframe: Timeframe,
  closed: z.boolean(),
  candle: z.object({
    /** Open, Unix seconds. */
    time: z.number().int(),
    open: z.number(),
    high: z.number(),
    low: z.number(),
    close: z.number(),
    volume: z.number(),
    volume_kind: VolumeKind.optional(),
    complete: z.boolean(),
    source: z.string(),
    revision: z.number().int(),
  }),
});
export type CandleFrame = z.infer<typeof CandleFrame>;

/** `signal` is an issued BUY or SELL, or the last decision where the state is WAIT. */
export const SignalFrame = z.object({
  type: z.literal('signal_update'),
  symbol: z.string(),
  timeframe: Timeframe,
  /** Whose it is; absent in what servers of before assignments have kept. */
  ...Owner.partial().shape,
  signal: z.union([Signal, Decision]),
  signal_changed: z.boolean(),
  timestamp: z.number(),
  epoch: z.string(),
  offset: z.number().int(),
});
export type SignalFrame = z.infer<typeof SignalFrame>;

export const ResolvedFrame = z.object({
  type: z.literal('signal_resolved'),
  symbol: z.string(),
  timeframe: Timeframe,
  /** Whose it was; absent in what servers of before assignments have kept. */
  ...Owner.omit({ version: true }).partial().shape,
  id: z.string(),
  outcome: Outcome,
  timestamp: z.number(),
  epoch: z.string(),
  offset: z.number().int(),
});
export type ResolvedFrame = z.infer<typeof ResolvedFrame>;

/** What the signal log holds and `/ws/signals` replays. */
export type SignalLogFrame = SignalFrame | ResolvedFrame;

/** Server frames of `/ws`. */
export const PriceServerFrame = z.discriminatedUnion('type', [
  SubscribedFrame,
  UnsubscribedFrame,
  PriceFrame,
  CandleFrame,
  FeedFrame,
  PongFrame,
  ErrorFrame,
]);
export type PriceServerFrame = z.infer<typeof PriceServerFrame>;

/** Server frames of `/ws/signals`. */
export const SignalServerFrame = z.discriminatedUnion('type', [
  SubscribedFrame,
  UnsubscribedFrame,
  SignalFrame,
  ResolvedFrame,
  FeedFrame,
  PongFrame,
  ErrorFrame,
]);
export type SignalServerFrame = z.infer<typeof SignalServerFrame>;
