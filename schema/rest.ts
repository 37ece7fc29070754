import { z } from 'zod';
import { VolumeKind } from './candle.ts';
import { format, orElse, wholeText } from './query-fields.ts';
import { SimulatedHistory } from './simulated-history.ts';
import { SymbolName } from './symbol/symbol.ts';
import { Timeframe } from './timeframe.ts';

/** Every failure of every route. `code` is for programs, `error` is a text for people with the fault and its place. */
export const ErrorAnswer = z.object({ success: z.literal(false), error: z.string(), code: z.string() });
export type ErrorAnswer = z.infer<typeof ErrorAnswer>;

/** The symbol in a path. */
export const SymbolPath = z.object({ symbol: SymbolName.describe('A watched symbol, as `BTCUSD`.') });
export const TimeframeQuery = z.object({ timeframe: orElse });

export const CandlesQuery = z.object({
  interval: orElse,
  outputsize: wholeText(1, 5000, 250),
  before: z
    .string()
    .regex(/^\d{1,10}$/, 'must be Unix seconds')
    .transform(Number)
    .optional()
    .describe(
      'Unix seconds: only candles that open before it. To page backwards, the `time` of the oldest one.',
    ),
  format,
});

/** `time` is the open in Unix seconds, `datetime` the same in ISO. */
export const AnsweredCandle = z.object({
  time: z.number().int(),
  datetime: z.string(),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number(),
  /** What `volume` counts: only volumes of one kind compare. */
  volume_kind: VolumeKind.optional(),
  /** False: ticks of the window may have been missed. */
  complete: z.boolean(),
});
export const CandlesAnswer = z.object({
  success: z.literal(true),
  symbol: z.string(),
  interval: Timeframe,
  candles: z.array(AnsweredCandle),
  count: z.number().int(),
  /**
   * Of a question with `before`: are there older ones than these? `later`: the provider could not be asked now, for the reason; ask
   * again in a while.
   */
  older: z.enum(['yes', 'none', 'later']).optional(),
  older_reason: z.string().optional(),
  /** In the demo: candles that closed at or before this time (Unix seconds) are simulated history, from before its first start. */
  simulated_until: z.number().int().optional(),
});
export type CandlesAnswer = z.infer<typeof CandlesAnswer>;

export const NewsEvent = z.object({
  title: z.string(),
  /** A currency code, or `All`. */
  country: z.string(),
  /** Unix ms. */
  time: z.number(),
  impact: z.enum(['High', 'Medium', 'Low', 'Holiday']),
});
export const Article = z.object({
  title: z.string(),
  link: z.string(),
  source: z.string(),
  /** Unix ms. */
  published_at: z.number(),
  summary: z.string().optional(),
  sentiment: z.string().optional(),
});
export type Article = z.infer<typeof Article>;
/** `impactful_events`: high impact, oldest first. `total_events` counts the week, `articles` is newest first. */
export const NewsAnswer = z.object({
  success: z.literal(true),
  state: z.enum(['fresh', 'stale', 'unknown']),
  impactful_events: z.array(NewsEvent),
  total_events: z.number().int(),
  high_impact_count: z.number().int(),
  articles: z.array(Article),
});
export type NewsAnswer = z.infer<typeof NewsAnswer>;

export const QueueCounts = z.object({
  waiting: z.number().int(),
  active: z.number().int(),
  delayed: z.number().int(),
  completed: z.number().int(),
  failed: z.number().int(),
});
/**
 * All posts ever stored, by their state now. Only `failed` (refused for good) and `parked` (perhaps taken: the operator has to look) are
 * faults: `expired` and `superseded` were not sent because they were not worth sending any more.
 */
export const QueuePosts = z.object({
  queued: z.number().int(),
  sending: z.number().int(),
  delivered: z.number().int(),
  failed: z.number().int(),
  parked: z.number().int(),
  expired: z.number().int(),
  superseded: z.number().int(),
});
/** The posts of one channel. Times Unix ms. */
export const QueueChannel = z.object({
  channel: z.string(),
  /** Jobs of the queue. Its `failed` are all that ended undelivered, whatever the reason: see `posts`. */
  counts: QueueCounts,
  posts: QueuePosts,
  oldest_age_seconds: z.number().nullable(),
  last_error: z.string().nullable(),
  last_delivered_at: z.number().nullable(),
  /** The newest post that failed, was parked or could not be sent yet; `answer` is the other side's, cut short. */
  last_failure: z.object({ at: z.number(), what: z.string(), answer: z.string() }).nullable(),
  /** Nothing went wrong since the last delivery. */
  ok: z.boolean(),
  /** What the operator should know of it. */
  note: z.string().nullable(),
});
export type QueueChannel = z.infer<typeof QueueChannel>;
/** `counts`, `posts`, the oldest age and the last error are those of all channels together; `channels`: of those that are configured. */
export const QueueAnswer = z.object({
  success: z.literal(true),
  counts: QueueCounts,
  posts: QueuePosts,
  oldest_age_seconds: z.number().nullable(),
  last_error: z.string().nullable(),
  /** Absent in the answers of older servers. */
  channels: z.array(QueueChannel).optional(),
});
export type QueueAnswer = z.infer<typeof QueueAnswer>;

export const WatchedSymbol = z.object({
  symbol: z.string(),
  provider_symbol: z.string(),
  state: z.enum(['pending', 'live', 'silent', 'closed_market', 'refused', 'stopped']),
  /** Why it is refused or stopped. */
  reason: z.string().optional(),
  /** The last price; null before the first. Times Unix ms. */
  last: z
    .object({
      price: z.number(),
      timestamp: z.number(),
      received_at: z.number(),
      bid: z.number().optional(),
      ask: z.number().optional(),
    })
    .nullable(),
  asset_class: z.enum(['crypto', 'forex', 'metal', 'commodity', 'equity']),
  /** The provider's data about it; each field may be missing. `mic_code` is ISO 10383. */
  type: z.string().optional(),
  exchange: z.string().optional(),
  mic_code: z.string().optional(),
  country: z.string().optional(),
  currency: z.string().optional(),
  /** When it trades. */
  hours: z
    .object({
      /** Whose hours it keeps; `always`, or `unknown` where nobody knows them. */
      market: z.string(),
      /** The source: the provider, the symbol's own text (`:LSE`), our lists, or none. */
      decided_by: z.enum(['provider', 'symbol', 'list', 'assumed']),
      /** Is the market open now? */
      open: z.boolean(),
      /** What is doubtful about them, and what follows. */
      warning: z.string().optional(),
    })
    .optional(),
  timeframes: z.array(Timeframe),
  /** Always watched, as against watched while somebody subscribes. */
  pinned: z.boolean(),
  /** Is each close analysed? Symbols requested by visitors have only prices and candles, unless configured otherwise. */
  analysed: z.boolean().optional(),
  /** Closed candles in history by timeframe. */
  history: z.record(z.string(), z.number().int()).optional(),
  /** What is wrong with those candles, in sentences by timeframe: a jump in the price, bars that cannot be true. */
  history_doubts: z.record(z.string(), z.string()).optional(),
});
export type WatchedSymbol = z.infer<typeof WatchedSymbol>;
export const SymbolsAnswer = z.object({ success: z.literal(true), symbols: z.array(WatchedSymbol) });

/** One part of the service: `ok`, or degraded or down with the reason; extra figures as the part gives them. */
export const HealthPart = z.looseObject({
  state: z.enum(['ok', 'degraded', 'down', 'off']),
  reason: z.string().optional(),
});
export const HealthAnswer = z.object({
  success: z.literal(true),
  status: z.enum(['ok', 'degraded']),
  demo: z.boolean(),
  version: z.string(),
  uptime_seconds: z.number(),
  /** In the demo: what its first start filled it with. */
  simulated_history: SimulatedHistory.optional(),
  parts: z.record(z.string(), HealthPart),
});
export type HealthAnswer = z.infer<typeof HealthAnswer>;
/** 200 when traffic may come, else 503 with what is missing. */
export const ReadyAnswer = z.object({
  success: z.boolean(),
  ready: z.boolean(),
  reasons: z.array(z.string()),
  /** In the demo: what its first start filled it with. */
  simulated_history: SimulatedHistory.optional(),
});
export type ReadyAnswer = z.infer<typeof ReadyAnswer>;

/** `path` is put behind the server's address. */
export const LoginLinkAnswer = z.object({
  success: z.literal(true),
  path: z.string(),
  expires_in_seconds: z.number(),
});
export type LoginLinkAnswer = z.infer<typeof LoginLinkAnswer>;
