import { z } from 'zod';
import { endFields, messageFields, unknownFields } from './schema/message-template.ts';
import { Secret } from './schema/secrets/secret.ts';
import { SymbolName } from './schema/symbol/symbol.ts';
import { Timeframe, timeframeMs } from './schema/timeframe.ts';

/** An environment variable that is set but empty counts as unset, as in most shells' scripts and compose files. */
const optional = <T extends z.ZodType>(type: T) =>
  z.preprocess((v) => (v === '' ? undefined : v), type.optional());
const withDefault = <T extends z.ZodType>(type: T, fallback: string) =>
  z.preprocess((v) => (v === undefined || v === '' ? fallback : v), type).meta({ default: fallback });

const numberText = z
  .string()
  .trim()
  .regex(/^-?\d+(?:\.\d+)?$/, 'a number is needed')
  .transform(Number);
const atLeast = (minimum: number) =>
  numberText.refine((n) => n >= minimum, { error: `at least ${minimum} is needed` });
const wholeAtLeast = (minimum: number) =>
  atLeast(minimum).refine(Number.isSafeInteger, { error: 'a whole number is needed' });
const bool = z.enum(['true', 'false']).transform((text) => text === 'true');
const url = (...schemes: string[]) =>
  z
    .string()
    // `new URL` drops them, what puts texts together keeps them.
    .refine((text) => !/\s/.test(text), { error: 'holds a space, a tab or a new line', abort: true })
    .refine((text) => new RegExp(`^(?:${schemes.join('|')}):`, 'i').test(text), {
      error: `a URL beginning with ${schemes.map((s) => `${s}://`).join(' or ')} is needed`,
      abort: true,
    })
    .refine((text) => isWeb(text) || !text.includes('#'), { error: notEncoded, abort: true })
    .refine((text) => parseUrl(text) !== null, { error: notEncoded, abort: true })
    .refine((text) => isDecodable(parseUrl(text)!), {
      error: 'a % in its user, password or path encodes nothing: write it as %25',
    });

const notEncoded =
  'is no URL: write #, / and ? in its user or password, as %23, %2F and %3F, and its port as a number up to 65535';
const isWeb = (text: string): boolean => /^(?:https?|wss?):/i.test(text);
/** A URL that paths are put behind. */
const baseUrl = (...schemes: string[]) =>
  url(...schemes).refine((text) => !/[?#]/.test(text), {
    error: 'paths are put behind it: it has no ? and no #',
  });

/** A URL, also PostgreSQL's `postgres://user:password@/database?host=/socket`, which has no host; null where it is none. */
function parseUrl(text: string): URL | null {
  return (
    URL.parse(text) ?? (/^postgres(?:ql)?:/.test(text) ? URL.parse(text.replace('@/', '@socket/')) : null)
  );
}

/** Clients decode user and password of a URL; those of databases its path too. */
function isDecodable({ protocol, username, password, hostname, pathname }: URL): boolean {
  try {
    for (const part of [username, password, ...(isWeb(protocol) ? [] : [hostname, pathname])])
      decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

/** What is secret in a text that may be a URL: its password, as it stands and decoded. */
export function passwordsIn(text: string): string[] {
  const url = parseUrl(text);
  if (url === null) return [];
  const written = [url.password, ...url.searchParams.getAll('password')].filter((one) => one !== '');
  return [...new Set(written.flatMap((one) => [one, decoded(one)]))];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const list = (text: string) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
/** What a process does: everything, or a part of it among others. */
export const Role = z.enum(['all', 'ingest', 'analysis', 'gateway', 'delivery']);
export type Role = z.infer<typeof Role>;

/** Text with names in braces, each of them known. */
const template = (known: readonly string[]) =>
  z.string().superRefine((text, context) => {
    for (const name of unknownFields(text, known))
      context.addIssue(`{${name}} is unknown; known are ${known.join(', ')}`);
  });

/** A key, or an address: whoever prints it sees `***`. */
const secret = (type: z.ZodType<string>) => type.transform((text) => new Secret(text));
const webPath = z.string().startsWith('/');
const headerSafe = z.string().regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces is needed');

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
  CANDLE_GRACE_MS: withDefault(wholeAtLeast(0), '1000').describe(
    'How long a window waits for late ticks, ms.',
  ),
  TICK_MAX_AHEAD_MS: withDefault(wholeAtLeast(0), '1000').describe(
    'Ticks further ahead of the clock are rejected, ms.',
  ),
  TICK_STALE_MS: withDefault(wholeAtLeast(1000), '60000').describe(
    'Silence after which the feed counts as silent, ms.',
  ),
  TWELVEDATA_CREDITS_PER_MINUTE: withDefault(wholeAtLeast(1), '8').describe('REST credits a minute.'),
  TWELVEDATA_CREDITS_PER_DAY: withDefault(wholeAtLeast(1), '800').describe('REST credits a day.'),
  DEMO_POSTS: withDefault(bool, 'false').describe(
    'true: the demo sends its invented signals to the receivers that are set, too; else one that is set without TWELVEDATA_API_KEY is bad configuration.',
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
    'Does the platform honour Idempotency-Key? If not, an ambiguous post is parked, never repeated.',
  ),
  COMMUNITY_LOOKUP_PATH: optional(secret(webPath)).describe(
    'Path where the platform can be asked (GET) whether it has a post: `{id}` in it stands for the id, which is also sent as Idempotency-Key. Unset: ambiguous posts are parked.',
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
      .pipe(z.array(headerSafe.min(8, 'a key has at least 8 characters')).min(1)),
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
  DATABASE_URL: optional(secret(url('postgres', 'postgresql'))).describe(
    'Unset: an embedded PostgreSQL in DATA_DIR.',
  ),
  REDIS_URL: optional(secret(url('redis', 'rediss'))).describe('Unset: the queue lives in PostgreSQL.'),
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
 * `hasOwnKey`: API_KEYS is not set, and the server makes a key for itself.
 */
export type Config = Readonly<
  Omit<Environment, 'TIMEFRAMES'> & {
    TIMEFRAMES: readonly Timeframe[];
    demo: boolean;
    baseDir: string;
    hasOwnKey: boolean;
  }
>;

/** One process does everything. */
export const isWhole = ({ ROLES }: Pick<Config, 'ROLES'>): boolean => ROLES.includes('all');

/** Does this process ask the provider anything? */
export const hasIngest = ({ ROLES }: Pick<Config, 'ROLES'>): boolean =>
  ROLES.includes('all') || ROLES.includes('ingest');

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
    ...(parsed.success ? acrossVariables(parsed.data) : parsed.error.issues.map(problemOf)),
    ...together(environment),
  ];
  if (!parsed.success || all.length > 0) throw new ConfigError(all, hints);
  const demo = parsed.data.TWELVEDATA_API_KEY === undefined && isWhole(parsed.data);
  const TIMEFRAMES: Timeframe[] =
    parsed.data.TIMEFRAMES ?? (demo ? ['1min', '5min', '1h'] : ['30min', '1h', '4h']);
  // What the demo invents is kept apart: a live server must find none of its candles, signals or posts.
  const baseDir = parsed.data.DATA_DIR;
  const DATA_DIR = demo ? `${baseDir.replace(/\/+$/, '')}/demo` : baseDir;
  const hasOwnKey = parsed.data.API_KEYS === undefined;
  return deepFreeze({ ...parsed.data, TIMEFRAMES, DATA_DIR, demo, baseDir, hasOwnKey });
}

/** Every value that must never be written: keys, and addresses with what they hold, but for the defaults, which everybody knows. */
export function secretsOf({ API_KEYS = [], ...config }: Config): Secret[] {
  const own = Object.entries(config).filter(([name, value]) => {
    const type = Environment.shape[name as keyof typeof Environment.shape] as z.ZodType | undefined;
    const fallback = type && z.globalRegistry.get(type)?.['default'];
    return value instanceof Secret && value.reveal() !== fallback;
  });
  return [...own.map(([, value]) => value as Secret), ...API_KEYS.map((key) => new Secret(key))];
}

function acrossVariables(environment: Environment): string[] {
  const problems: string[] = [];
  if (environment.SYMBOLS.length > environment.MAX_SYMBOLS) {
    problems.push(
      `SYMBOLS: ${environment.SYMBOLS.length} symbols, but MAX_SYMBOLS is ${environment.MAX_SYMBOLS}`,
    );
  }
  return problems;
}

const pairs = [
  ['COMMUNITY_TRADING_URL', 'COMMUNITY_API_KEY'],
  ['TELEGRAM_BOT_TOKEN', 'TELEGRAM_CHAT_ID'],
  ['WEBHOOK_URL', 'WEBHOOK_SECRET'],
] as const;

/** Where signals and candles are sent to. */
const receivers = [
  'COMMUNITY_TRADING_URL',
  'TELEGRAM_BOT_TOKEN',
  'DISCORD_WEBHOOK_URL',
  'WEBHOOK_URL',
  'BACKEND_URL',
] as const;

/** Variables that are only valid together; empty means unset. Checked on the text, so that they are reported with all other problems. */
function together(environment: Readonly<Record<string, string | undefined>>): string[] {
  return [
    ...pairs
      .filter(([one, other]) => !environment[one] !== !environment[other])
      .map(([one, other]) => `${one}: is set together with ${other}, or not at all`),
    ...(environment['BACKEND_API_KEY'] && !environment['BACKEND_URL']
      ? ['BACKEND_API_KEY: is set without BACKEND_URL']
      : []),
    ...ofDemo(environment),
    ...ofRoles(environment),
  ];
}

/** The demo invents its prices: it must be intended, and its signals must not reach anybody who trades. */
function ofDemo(environment: Readonly<Record<string, string | undefined>>): string[] {
  const roles = list(environment['ROLES'] ?? '');
  if (environment['TWELVEDATA_API_KEY'] || (roles.length > 0 && !roles.includes('all'))) return [];
  const posts = environment['DEMO_POSTS'] === 'true' ? [] : receivers.filter((name) => environment[name]);
  const unused = (['TWELVEDATA_WS_URL', 'TWELVEDATA_REST_URL'] as const).filter((name) => {
    const fallback = z.globalRegistry.get(Environment.shape[name])?.['default'];
    return environment[name] && environment[name] !== fallback;
  });
  return [
    ...posts.map(
      (name) =>
        `${name}: is set, but TWELVEDATA_API_KEY is not: the demo would send invented signals there; set TWELVEDATA_API_KEY, unset ${name}, or set DEMO_POSTS to true`,
    ),
    ...unused.map((name) => `${name}: is set without TWELVEDATA_API_KEY, and the demo does not use it`),
  ];
}

/** What a process of a cluster needs. */
function ofRoles(environment: Readonly<Record<string, string | undefined>>): string[] {
  const roles = list(environment['ROLES'] ?? '');
  if (roles.length === 0 || roles.includes('all')) return [];
  const needed = ['DATABASE_URL', 'REDIS_URL', ...(roles.includes('ingest') ? ['TWELVEDATA_API_KEY'] : [])];
  return [
    ...needed
      .filter((name) => !environment[name])
      .map((name) => `${name}: is needed where ROLES is not \`all\``),
    ...(environment['CLOCK'] === 'feed' ? ['CLOCK: `feed` needs ROLES to be `all`'] : []),
  ];
}

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
