import { z } from 'zod';
import { type AssignmentEntry, defaultEntries } from './schema/strategies/assignment.ts';
import { endFields, messageFields } from './schema/message-template.ts';
import { Secret } from './schema/secrets/secret.ts';
import { acrossSettings } from './schema/settings/across-settings.ts';
import {
  atLeast,
  bool,
  headerSafe,
  list,
  numberText,
  optional,
  secret,
  template,
  webPath,
  wholeAtLeast,
  withDefault,
} from './schema/settings/setting-types.ts';
import { baseUrl, databaseUrl, redisUrl, url } from './schema/settings/setting-url.ts';
import { SymbolName } from './schema/symbol/symbol.ts';
import { Timeframe, timeframeMs } from './schema/timeframe.ts';

/** What a process does: everything, or a part of it among others. */
export const Role = z.enum(['all', 'ingest', 'analysis', 'gateway', 'delivery']);
export type Role = z.infer<typeof Role>;

/** What the operator types: one entry a variable, each with its default and a line of documentation. */
export const Environment = z.object({
  HOST: withDefault(z.string(), '127.0.0.1').describe('Address to listen on.'),
  PORT: withDefault(
    wholeAtLeast(0).refine((n) => n <= 65535, { error: 'at most 65535' }),
    '8080',
  ).describe('Port to listen on; 0 takes a free one.'),
  TWELVEDATA_API_KEY: optional(secret(headerSafe)).describe('Unset: the demo, on the bundled simulator.'),
  TWELVEDATA_WS_URL: withDefault(
    secret(url('ws', 'wss')),
    'wss://ws.twelvedata.com/v1/quotes/price',
  ).describe("The provider's WebSocket."),
  TWELVEDATA_REST_URL: withDefault(secret(baseUrl('http', 'https')), 'https://api.twelvedata.com').describe(
    "The provider's REST.",
  ),
  SYMBOLS: withDefault(
    z
      .string()
      .transform(list)
      .pipe(z.array(SymbolName).min(1, 'at least one symbol is needed'))
      .transform((symbols) => [...new Set(symbols)]),
    'BTC/USD,ETH/USD,EUR/USD,XAU/USD',
  ).describe('Always watched, comma-separated.'),
  MAX_SYMBOLS: withDefault(wholeAtLeast(1), '8').describe(
    "The plan's limit; subscribers may add symbols up to it.",
  ),
  VISITORS_MAY_ADD: withDefault(z.enum(['none', 'prices', 'signals']), 'prices').describe(
    'What a symbol gets that is not in SYMBOLS and that a subscriber asks for: nothing, prices and candles, or signals too, which are never posted.',
  ),
  TIMEFRAMES: optional(
    z
      .string()
      .transform(list)
      .pipe(z.array(Timeframe).min(1))
      .transform((all) => [...new Set(all)].sort((a, b) => timeframeMs[a] - timeframeMs[b])),
  ).describe('Analysed timeframes. Default `30min,1h,4h`, in the demo `1min,5min,1h`.'),
  HISTORY_SIZE: withDefault(wholeAtLeast(250), '250').describe(
    'Closed candles kept per symbol and timeframe, at least 250.',
  ),
  STRATEGIES_DIR: optional(z.string()).describe(
    'Folder of your own strategies, beside those of the server. Unset: `strategies` in DATA_DIR.',
  ),
  STRATEGY_TIMEOUT_MS: withDefault(wholeAtLeast(1), '100').describe(
    'Processor time that one decision of a strategy may take, ms.',
  ),
  STRATEGY_MEMORY_MB: withDefault(wholeAtLeast(32), '128').describe('Memory that a strategy may take, MB.'),
  CANDLE_GRACE_MS: withDefault(wholeAtLeast(0), '1000').describe(
    'How long a window waits for late ticks, ms.',
  ),
  TICK_MAX_AHEAD_MS: withDefault(wholeAtLeast(0), '1000').describe(
    'Ticks further ahead of the clock are rejected, ms.',
  ),
  TICK_STALE_MS: withDefault(wholeAtLeast(1000), '60000').describe(
    'Silence after which the feed counts as silent, ms.',
  ),
  STRATEGIES_FILE: optional(z.string()).describe(
    'JSON file of assignments: which strategy decides on which symbols and timeframes, and what becomes of its signals. Unset: the built-in rule on all of them, live.',
  ),
  TWELVEDATA_CREDITS_PER_MINUTE: withDefault(wholeAtLeast(1), '8').describe('REST credits a minute.'),
  TWELVEDATA_CREDITS_PER_DAY: withDefault(wholeAtLeast(1), '800').describe('REST credits a day.'),
  DEMO_POSTS: withDefault(bool, 'false').describe(
    'true: the demo sends its invented signals to the receivers that are set, too; else one that is set without TWELVEDATA_API_KEY is bad configuration.',
  ),
  DEMO_HISTORY: withDefault(bool, 'true').describe(
    'false: the first start of the demo begins without the simulated history that fills chart, signals and results.',
  ),
  COMMUNITY_TRADING_URL: optional(secret(baseUrl('http', 'https'))).describe(
    'Unset: no posts (the demo posts to its stand-in).',
  ),
  COMMUNITY_SIGNAL_PATH: withDefault(secret(webPath), '/api/signals/external').describe(
    'Path that takes signals.',
  ),
  COMMUNITY_END_PATH: optional(secret(webPath)).describe(
    'Path that takes the ends of signals; unset: the platform is not told of them.',
  ),
  COMMUNITY_DECIMALS: withDefault(
    wholeAtLeast(0).refine((n) => n <= 15, { error: 'at most 15' }),
    '5',
  ).describe(
    "Decimals of the platform's prices. What rounding to them would turn into another trade is not sent.",
  ),
  COMMUNITY_API_KEY: optional(secret(headerSafe)).describe(
    "The platform's key, sent as X-API-Key. Set with COMMUNITY_TRADING_URL; a platform that wants none takes any.",
  ),
  COMMUNITY_IDEMPOTENT: withDefault(bool, 'false').describe(
    'Does the platform honour Idempotency-Key? If not, an ambiguous post is asked about (COMMUNITY_LOOKUP_PATH) or parked, never repeated blindly.',
  ),
  COMMUNITY_LOOKUP_PATH: optional(secret(webPath)).describe(
    'Path where the platform can be asked (GET) whether it has a post: `{id}` in it stands for the id, which is also sent as Idempotency-Key. Unset, ambiguous posts are parked; of no use with COMMUNITY_IDEMPOTENT, where they are repeated.',
  ),
  COMMUNITY_LOOKUP_SETTLE_MS: withDefault(wholeAtLeast(0), '10000').describe(
    'How long after an attempt the platform may still be storing it, ms: only then is it believed that it has none.',
  ),
  COMMUNITY_TIMEOUT_MS: withDefault(wholeAtLeast(100), '10000').describe('Time limit of one attempt, ms.'),
  COMMUNITY_RATE_PER_MINUTE: withDefault(wholeAtLeast(1), '60').describe('Posts a minute at most.'),
  MESSAGE_TEMPLATE: withDefault(
    template(messageFields),
    '{action} {symbol} {timeframe}\\nEntry {entry}, TP {tp}, SL {sl}\\nConfidence {confidence}, break-even {breakeven}, expected {expected_r} after cost, reward per risk {risk_reward}\\n{reasoning}',
  ).describe('Text of chat messages; `\\n` is a new line.'),
  END_TEMPLATE: withDefault(
    template(endFields),
    '{action} {symbol} {timeframe} ended {ending}: {r}\\nEntry {entry}, exit {exit}',
  ).describe(
    "Text of the message that tells a signal's end; it knows `{ending}`, `{exit}`, `{r}` and `{ended_at}` too.",
  ),
  TELEGRAM_BOT_TOKEN: optional(secret(headerSafe)).describe('Unset: no messages to Telegram.'),
  TELEGRAM_CHAT_ID: optional(headerSafe).describe('The chat or `@channel` that gets them.'),
  TELEGRAM_URL: withDefault(secret(baseUrl('http', 'https')), 'https://api.telegram.org').describe(
    "Telegram's Bot API.",
  ),
  TELEGRAM_RATE_PER_MINUTE: withDefault(wholeAtLeast(1), '20').describe('Messages a minute at most.'),
  TELEGRAM_ENDS: withDefault(bool, 'true').describe('Is the chat told how signals end?'),
  DISCORD_WEBHOOK_URL: optional(secret(url('http', 'https'))).describe('Unset: no messages to Discord.'),
  DISCORD_RATE_PER_MINUTE: withDefault(wholeAtLeast(1), '30').describe('Messages a minute at most.'),
  DISCORD_ENDS: withDefault(bool, 'true').describe('Is the channel told how signals end?'),
  WEBHOOK_URL: optional(secret(url('http', 'https'))).describe('Unset: no posts to a receiver of your own.'),
  WEBHOOK_SECRET: optional(secret(headerSafe.min(8, 'a secret has at least 8 characters'))).describe(
    'Key of the HMAC-SHA256 that signs them.',
  ),
  WEBHOOK_IDEMPOTENT: withDefault(bool, 'false').describe('Does that receiver honour Idempotency-Key?'),
  WEBHOOK_RATE_PER_MINUTE: withDefault(wholeAtLeast(1), '60').describe('Posts a minute at most.'),
  WEBHOOK_ENDS: withDefault(bool, 'true').describe(
    'Is the receiver told how signals end? `type` is `end` then.',
  ),
  FINLIGHT_API_KEY: optional(secret(headerSafe)).describe('Unset: no articles in /news.'),
  FINLIGHT_URL: withDefault(secret(baseUrl('http', 'https')), 'https://api.finlight.me').describe(
    'The news service.',
  ),
  CALENDAR_URL: withDefault(
    secret(url('http', 'https')),
    'https://nfs.faireconomy.media/ff_calendar_thisweek.json',
  ).describe('The weekly economic calendar.'),
  NEWS_WINDOW_BEFORE_MIN: withDefault(atLeast(0), '30').describe(
    'No entry this long before a high-impact event, minutes.',
  ),
  NEWS_WINDOW_AFTER_MIN: withDefault(atLeast(0), '30').describe('Nor this long after it, minutes.'),
  NEWS_FAIL_MODE: withDefault(z.enum(['open', 'closed']), 'open').describe(
    'closed: an unknown calendar means WAIT.',
  ),
  RISK_MAX_PER_DAY: withDefault(wholeAtLeast(0), '20').describe(
    'New signals a day and symbol; 0 turns the limit off.',
  ),
  RISK_MAX_PER_HOUR: withDefault(wholeAtLeast(0), '5').describe(
    'New signals an hour and symbol; 0 turns the limit off.',
  ),
  RISK_MIN_SPACING_MIN: withDefault(atLeast(0), '15').describe(
    'Time between new signals of a symbol, minutes; 0 turns it off.',
  ),
  RISK_MIN_REWARD: withDefault(atLeast(0), '1.0').describe('Least reward per risk; 0 turns the limit off.'),
  RISK_MIN_EXPECTED_R: optional(numberText).describe(
    'Least expectation after cost, in R; entries below it are withheld. Unset: no limit.',
  ),
  SPREAD_BPS: withDefault(atLeast(0), '1').describe(
    'Cost in basis points where the feed has no bid and ask.',
  ),
  ALLOWED_ORIGINS: withDefault(z.string().transform(list), '*').describe(
    '`*`, or a comma-separated list matched exactly; others get 403.',
  ),
  TRUST_PROXY: withDefault(
    z
      .string()
      .trim()
      .regex(
        /^(?:true|false|\d{1,3})$/,
        'the number of proxies is needed, or true for one and false for none',
      )
      .transform((text) => Number({ true: 1, false: 0 }[text] ?? text)),
    'false',
  ).describe('Number of proxies in front whose X-Forwarded-For counts; `false` for none.'),
  API_KEYS: optional(
    z
      .string()
      .transform(list)
      .pipe(z.array(headerSafe.min(8, 'a key has at least 8 characters')).min(1))
      .transform((keys) => keys.map((key) => new Secret(key))),
  ).describe(
    'Comma-separated keys of the privileged routes; unset: the one in the file `api-key` of DATA_DIR, made at the first start.',
  ),
  MAX_CONNECTIONS: withDefault(wholeAtLeast(1), '10000').describe('WebSocket connections in all.'),
  MAX_CONNECTIONS_PER_IP: withDefault(wholeAtLeast(1), '100').describe(
    'WebSocket connections of one address.',
  ),
  MAX_SUBSCRIPTIONS: withDefault(wholeAtLeast(1), '200').describe('Subscriptions of one connection.'),
  MAX_FRAME_BYTES: withDefault(wholeAtLeast(256), '16384').describe(
    'Largest frame a client may send, bytes.',
  ),
  DATA_DIR: withDefault(z.string(), './data').describe(
    'Folder of the embedded database, the key, recordings and caches; the demo keeps its own data in `demo` below it.',
  ),
  DATABASE_URL: optional(secret(databaseUrl)).describe(
    'Unset: an embedded PostgreSQL in DATA_DIR. Of several hosts (`postgres://user@one:5432,two:5432/name`) the one that takes writes is used.',
  ),
  REDIS_URL: optional(secret(redisUrl)).describe(
    'Unset: the queue lives in PostgreSQL. `redis+sentinel://one:26379,two:26379/mymaster` asks Sentinels for the primary.',
  ),
  CLOCK: withDefault(z.enum(['wall', 'feed']), 'wall').describe(
    "feed: time comes from the ticks' event time.",
  ),
  RECORD_TICKS: withDefault(bool, 'false').describe(
    'Append accepted ticks to daily files under DATA_DIR, for `npm run replay`.',
  ),
  CANDLE_ALIGNMENT: withDefault(z.enum(['utc', 'newyork']), 'utc').describe(
    'newyork: 2h, 4h and 1day windows end with the 17:00 New York close.',
  ),
  BACKEND_URL: optional(secret(baseUrl('http', 'https'))).describe(
    'Post closed candles to another analyser.',
  ),
  BACKEND_API_KEY: optional(secret(headerSafe)).describe('Key for BACKEND_URL, sent as X-API-Key.'),
  ROLES: withDefault(
    z
      .string()
      .transform(list)
      .pipe(z.array(Role).min(1, 'at least one role is needed'))
      .transform((roles) => [...new Set(roles)])
      .refine((roles) => roles.length === 1 || !roles.includes('all'), { error: '`all` stands alone' }),
    'all',
  ).describe(
    'What this process does: `all`, or some of `ingest`, `analysis`, `gateway` and `delivery` on many machines, with `DATABASE_URL` and `REDIS_URL`.',
  ),
  LOG_LEVEL: withDefault(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'info',
  ).describe('Least level logged.'),
  LOG_PRETTY: optional(bool).describe('Human-readable log; default: on a terminal.'),
});

export type Environment = z.infer<typeof Environment>;

/**
 * The environment, parsed and frozen. `demo`: no provider key, so the bundled simulator feeds the server; a process of a
 * cluster without one has no ingest. `baseDir`: DATA_DIR as it was set, also for the demo, whose data lie in a folder below it.
 * `hasOwnKey`: API_KEYS is not set, and the server makes a key for itself. `assignments`: what STRATEGIES_FILE holds.
 */
export type Config = Readonly<
  Omit<Environment, 'TIMEFRAMES'> & {
    TIMEFRAMES: readonly Timeframe[];
    demo: boolean;
    baseDir: string;
    hasOwnKey: boolean;
    assignments: readonly AssignmentEntry[];
  }
>;

/** One process does everything. */
export const isWhole = ({ ROLES }: Pick<Config, 'ROLES'>): boolean => ROLES.includes('all');

/** Does this process ask the provider anything? */
export const hasIngest = ({ ROLES }: Pick<Config, 'ROLES'>): boolean =>
  ROLES.includes('all') || ROLES.includes('ingest');

/** Does this process run strategies, or ask for their decisions? Others need not load their files. */
export const runsStrategies = (config: Pick<Config, 'ROLES'>): boolean =>
  hasIngest(config) || config.ROLES.includes('analysis');

/** Every problem of an environment at once; its message never holds a value, since values can be secrets. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[], hints: readonly string[] = []) {
    const told = hints.length > 0 ? ['look also at this:', ...hints.map((hint) => `  ${hint}`)] : [];
    super(['bad configuration:', ...problems.map((problem) => `  ${problem}`), ...told].join('\n'));
    this.problems = problems;
  }
}

/**
 * Parses the environment. Throws ConfigError naming every bad variable, after the `problems` found while reading it; `hints` are listed with
 * them, and are no errors by themselves.
 */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
  problems: readonly string[] = [],
  hints: readonly string[] = [],
): Config {
  const parsed = Environment.safeParse(environment);
  const all = [
    ...problems,
    ...(parsed.success ? roomProblem(parsed.data) : parsed.error.issues.map(problemOf)),
    ...acrossSettings(environment, fallbackOf),
  ];
  if (!parsed.success || all.length > 0) throw new ConfigError(all, hints);
  const demo = parsed.data.TWELVEDATA_API_KEY === undefined && isWhole(parsed.data);
  const TIMEFRAMES: Timeframe[] =
    parsed.data.TIMEFRAMES ?? (demo ? ['1min', '5min', '1h'] : ['30min', '1h', '4h']);
  // What the demo invents is kept apart: a live server must find none of its candles, signals or posts.
  const baseDir = parsed.data.DATA_DIR;
  const DATA_DIR = demo ? `${baseDir.replace(/\/+$/, '')}/demo` : baseDir;
  const hasOwnKey = parsed.data.API_KEYS === undefined;
  const assignments = defaultEntries;
  return deepFreeze({ ...parsed.data, TIMEFRAMES, DATA_DIR, demo, baseDir, hasOwnKey, assignments });
}

/** Every value that must never be written: keys, and addresses with what they hold, but for the defaults, which everybody knows. */
export function secretsOf({ API_KEYS = [], ...config }: Config): Secret[] {
  const own = Object.entries(config).filter(
    ([name, value]) => value instanceof Secret && value.reveal() !== fallbackOf(name),
  );
  return [...own.map(([, value]) => value as Secret), ...API_KEYS];
}

/** The default of a variable, as text. */
function fallbackOf(name: string): unknown {
  const type = Environment.shape[name as keyof typeof Environment.shape] as z.ZodType | undefined;
  return type && z.globalRegistry.get(type)?.['default'];
}

const roomProblem = ({ SYMBOLS, MAX_SYMBOLS }: Environment): string[] =>
  SYMBOLS.length > MAX_SYMBOLS
    ? [`SYMBOLS: ${SYMBOLS.length} symbols, but MAX_SYMBOLS is ${MAX_SYMBOLS}`]
    : [];

function problemOf(issue: z.core.$ZodIssue): string {
  const says =
    issue.code === 'invalid_value' ? `must be one of ${issue.values.map(String).join(', ')}` : issue.message;
  return `${String(issue.path[0])}: ${says}`;
}

function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner as object);
  return Object.freeze(value);
}
