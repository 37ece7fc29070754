import { z } from 'zod';
import { VolumeKind } from './candle.ts';
import { PostedCandles } from './posted-candles.ts';
import { Decision, Signal, SignalStatus } from './signal.ts';
import { SymbolName } from './symbol.ts';
import { Timeframe, timeframeMs, timeframes } from './timeframe.ts';

/** Every failure of every route. `code` is for programs, `error` for people: it says what is wrong, and where. */
export const ErrorAnswer = z.object({ success: z.literal(false), error: z.string(), code: z.string() });
export type ErrorAnswer = z.infer<typeof ErrorAnswer>;

const timeframe = z.enum(timeframes, { error: `must be one of ${timeframes.join(', ')}` });
const wholeText = (least: number, most: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n >= least && n <= most, { error: `must be from ${least} to ${most}` })
    .default(fallback)
    .describe(`From ${least} to ${most}; ${fallback} by default.`);
const ofSymbol = SymbolName.optional().describe('Of this symbol alone.');
const ofTimeframe = timeframe.optional().describe('Of this timeframe alone.');
const orElse = timeframe.optional().describe('The shortest analysed one by default.');
const format = z
  .enum(['json', 'csv'], { error: 'must be json or csv' })
  .default('json')
  .describe('`csv` for spreadsheets and MT5.');

/** `POST /analyze`. Without `timeframe` the commonest spacing of the candles says it, else it is `1h`. */
export const AnalyzeBody = z
  .object(
    { symbol: SymbolName, timeframe: timeframe.optional(), candles: PostedCandles },
    { error: 'the body must be an object with symbol and candles' },
  )
  .transform((body) => ({
    symbol: body.symbol,
    timeframe: body.timeframe ?? spacingOf(body.candles.map((bar) => bar.openTime)) ?? '1h',
    /** 250, oldest first. */
    candles: body.candles,
  }));
export type AnalyzeBody = z.infer<typeof AnalyzeBody>;

/** `POST /api/candle-complete`: the last candle has just closed. */
export const CandleCompleteBody = z.object(
  { symbol: SymbolName, timeframe, candles: PostedCandles },
  { error: 'the body must be an object with symbol, timeframe and candles' },
);
export type CandleCompleteBody = z.infer<typeof CandleCompleteBody>;

/** The symbol in a path. */
export const SymbolPath = z.object({ symbol: SymbolName.describe('A watched symbol, as `BTCUSD`.') });
export const TimeframeQuery = z.object({ timeframe: orElse });

export const AnalyzeAnswer = z.object({ success: z.literal(true), ...Decision.shape });
export type AnalyzeAnswer = z.infer<typeof AnalyzeAnswer>;

/** `changed`: this close changed the state of its symbol and timeframe. `repeated`: it was decided before. */
export const CandleCompleteAnswer = z.discriminatedUnion('status', [
  z.object({
    success: z.literal(true),
    status: z.literal('success'),
    symbol: z.string(),
    timeframe: Timeframe,
    received: z.number().int(),
    signal_changed: z.boolean(),
    repeated: z.boolean(),
    /** The id under which a BUY or SELL was issued by this close. */
    signal_id: z.string().nullable(),
    decision: Decision,
  }),
  z.object({
    success: z.literal(false),
    status: z.literal('insufficient_data'),
    required: z.number().int(),
    received: z.number().int(),
  }),
]);
export type CandleCompleteAnswer = z.infer<typeof CandleCompleteAnswer>;

export const CandlesQuery = z.object({
  interval: orElse,
  outputsize: wholeText(1, 5000, 250),
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
  /** False: part of the window was not heard. */
  complete: z.boolean(),
});
export const CandlesAnswer = z.object({
  success: z.literal(true),
  symbol: z.string(),
  interval: Timeframe,
  candles: z.array(AnsweredCandle),
  count: z.number().int(),
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

/** A place in the list of signals: all of that time and, where `id` is given, no further than that signal. */
export interface SignalCursor {
  /** Unix ms of `created_at`. */
  readonly createdAt: number;
  readonly id?: string;
}
const cursor = z
  .string()
  .max(100)
  .transform((text, context): SignalCursor => {
    const [, time, id] = /^([^_]+)(?:_([\w-]+))?$/.exec(text) ?? [];
    const createdAt = time === undefined ? Number.NaN : timeOf(time);
    if (!Number.isFinite(createdAt)) {
      context.addIssue({
        code: 'custom',
        message: 'must be a cursor of an earlier answer, Unix ms, Unix s or ISO',
      });
      return z.NEVER;
    }
    return id === undefined ? { createdAt } : { createdAt, id };
  });

/** Both ends are exclusive: older than `before`, newer than `since`, by (`created_at`, `id`). */
export const SignalsQuery = z.object({
  symbol: ofSymbol,
  timeframe: ofTimeframe,
  status: z
    .enum(SignalStatus.options, { error: `must be one of ${SignalStatus.options.join(', ')}` })
    .optional()
    .describe('How it stands or ended.'),
  limit: wholeText(1, 500, 50),
  before: cursor.optional().describe('Older than this: the `next` of an earlier answer, or a time.'),
  since: cursor.optional().describe('Newer than this: the `latest` of an earlier answer, or a time.'),
  format,
});
export type SignalsQuery = z.infer<typeof SignalsQuery>;

/** Newest first. `next`: pass it as `before` for the page after; `latest`: as `since` for what comes. */
export const SignalsAnswer = z.object({
  success: z.literal(true),
  signals: z.array(Signal),
  next: z.string().nullable(),
  latest: z.string().nullable(),
});
export const SignalAnswer = z.object({ success: z.literal(true), signal: Signal });

export const PerformanceQuery = z.object({ symbol: ofSymbol, timeframe: ofTimeframe });

/** Of resolved signals only. What has no value (no trade, no loss to divide by) is null, never Infinity. */
export const PerformanceFigures = z.object({
  resolved: z.number().int(),
  wins: z.number().int(),
  losses: z.number().int(),
  win_rate: z.number().nullable(),
  /** Wilson, 95 %. */
  win_rate_interval: z.tuple([z.number(), z.number()]).nullable(),
  profit_factor: z.number().nullable(),
  expectancy_r: z.number().nullable(),
  max_drawdown_r: z.number().nullable(),
  /** Of the published probability that TP comes first. */
  brier: z
    .object({ score: z.number(), reliability: z.number(), resolution: z.number(), uncertainty: z.number() })
    .nullable(),
});
export type PerformanceFigures = z.infer<typeof PerformanceFigures>;

export const PerformanceAnswer = z.object({
  success: z.literal(true),
  symbol: z.string().nullable(),
  timeframe: Timeframe.nullable(),
  ...PerformanceFigures.shape,
  open: z.number().int(),
  /** Resolved signals by how they ended. */
  by_status: z.object({ tp: z.number(), sl: z.number(), reversed: z.number(), expired: z.number() }),
  /** Sum of R after each resolved signal, oldest first; time Unix ms. At most the last 1,000. */
  equity: z.array(z.object({ time: z.number(), r: z.number() })),
  /** Published probability against what came, by bins of the former. */
  calibration: z.array(
    z.object({
      from: z.number(),
      to: z.number(),
      count: z.number().int(),
      predicted: z.number(),
      observed: z.number(),
    }),
  ),
  /** What each gate withheld, followed as if it had been issued. */
  withheld: z.record(z.string(), PerformanceFigures),
});
export type PerformanceAnswer = z.infer<typeof PerformanceAnswer>;

export const QueueCounts = z.object({
  waiting: z.number().int(),
  active: z.number().int(),
  delayed: z.number().int(),
  completed: z.number().int(),
  failed: z.number().int(),
});
export const QueueAnswer = z.object({
  success: z.literal(true),
  counts: QueueCounts,
  oldest_age_seconds: z.number().nullable(),
  last_error: z.string().nullable(),
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
  asset_class: z.enum(['crypto', 'forex', 'metal', 'equity']),
  timeframes: z.array(Timeframe),
  /** Always watched, as against watched while somebody subscribes. */
  pinned: z.boolean(),
  /** Closed candles in history by timeframe. */
  history: z.record(z.string(), z.number().int()).optional(),
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
  parts: z.record(z.string(), HealthPart),
});
export type HealthAnswer = z.infer<typeof HealthAnswer>;
/** 200 when traffic may come, else 503 with what is missing. */
export const ReadyAnswer = z.object({
  success: z.boolean(),
  ready: z.boolean(),
  reasons: z.array(z.string()),
});
export type ReadyAnswer = z.infer<typeof ReadyAnswer>;

/** Timeframe whose length is the commonest spacing of the sorted times, or undefined. */
function spacingOf(times: readonly number[]): Timeframe | undefined {
  const counts = new Map<number, number>();
  for (let i = 1; i < times.length; i++) {
    const spacing = times[i]! - times[i - 1]!;
    counts.set(spacing, (counts.get(spacing) ?? 0) + 1);
  }
  const [commonest] = [...counts].sort((a, b) => b[1] - a[1]);
  return timeframes.find((candidate) => timeframeMs[candidate] === commonest?.[0]);
}

function timeOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text) < 1e11 ? Number(text) * 1000 : Number(text);
  return /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
}
