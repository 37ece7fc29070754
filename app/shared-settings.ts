import { createHash } from 'node:crypto';
import type { Config, Role } from '../config.ts';
import type { ProcessCard } from '../schema/cluster.ts';
import { Secret } from '../schema/secrets/secret.ts';

/** Settings that several processes read, and which: where two of them differ, one does what the other does not know of. */
const readers = {
  SYMBOLS: ['ingest', 'gateway'],
  MAX_SYMBOLS: ['ingest'],
  VISITORS_MAY_ADD: ['ingest', 'gateway'],
  TIMEFRAMES: ['ingest', 'gateway'],
  STRATEGIES_FILE: ['ingest', 'gateway'],
  HISTORY_SIZE: ['ingest'],
  CANDLE_GRACE_MS: ['ingest'],
  CANDLE_ALIGNMENT: ['ingest', 'gateway'],
  TICK_MAX_AHEAD_MS: ['ingest'],
  TICK_STALE_MS: ['ingest', 'delivery'],
  NEWS_WINDOW_BEFORE_MIN: ['ingest'],
  NEWS_WINDOW_AFTER_MIN: ['ingest'],
  NEWS_FAIL_MODE: ['ingest'],
  RISK_MAX_PER_DAY: ['ingest'],
  RISK_MAX_PER_HOUR: ['ingest'],
  RISK_MIN_SPACING_MIN: ['ingest'],
  RISK_MIN_REWARD: ['ingest', 'gateway'],
  RISK_MIN_EXPECTED_R: ['ingest'],
  SPREAD_BPS: ['ingest', 'gateway'],
  COMMUNITY_TRADING_URL: ['ingest', 'delivery', 'gateway'],
  COMMUNITY_SIGNAL_PATH: ['delivery'],
  COMMUNITY_END_PATH: ['ingest', 'delivery'],
  COMMUNITY_LOOKUP_PATH: ['delivery'],
  COMMUNITY_LOOKUP_SETTLE_MS: ['delivery'],
  COMMUNITY_DECIMALS: ['delivery'],
  COMMUNITY_IDEMPOTENT: ['delivery'],
  COMMUNITY_RATE_PER_MINUTE: ['delivery'],
  TELEGRAM_BOT_TOKEN: ['ingest', 'delivery', 'gateway'],
  TELEGRAM_CHAT_ID: ['delivery'],
  TELEGRAM_ENDS: ['ingest', 'delivery'],
  DISCORD_WEBHOOK_URL: ['ingest', 'delivery', 'gateway'],
  DISCORD_ENDS: ['ingest', 'delivery'],
  WEBHOOK_URL: ['ingest', 'delivery', 'gateway'],
  WEBHOOK_ENDS: ['ingest', 'delivery'],
  WEBHOOK_IDEMPOTENT: ['delivery'],
} as const satisfies Partial<Record<keyof Config, readonly Role[]>>;

type Shared = keyof typeof readers;
const names = Object.keys(readers) as Shared[];
/** Characters of a value that are shown. */
const shown = 80;

/** What a process with these settings shows the others. */
export function cardOf(id: string, config: Config): ProcessCard {
  const settings = names
    .filter((name) => readers[name].some((role) => config.ROLES.includes(role)))
    .map((name) => {
      const text = textOf(name, config);
      const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
      const value = text.length > shown ? `${text.slice(0, shown)}…` : text;
      return [name, { hash, value }] as const;
    });
  return { id, roles: [...config.ROLES], settings: Object.fromEntries(settings) };
}

function textOf(name: Shared, config: Config): string {
  // What is in the file counts, not where it lies.
  const value = name === 'STRATEGIES_FILE' ? inFile(config) : config[name];
  if (value === undefined) return 'unset';
  // Of a secret it counts whether it is set.
  if (value instanceof Secret) return 'set';
  // Their order means nothing.
  if (name === 'SYMBOLS') return [...config.SYMBOLS].sort().join(',');
  return String(value);
}

const inFile = ({ STRATEGIES_FILE, assignments }: Config): string | undefined =>
  STRATEGIES_FILE && JSON.stringify(assignments);

/** How the settings of two processes differ, in words; undefined where both have what each of them reads. */
export function differenceOf(own: ProcessCard, other: ProcessCard): string | undefined {
  const differing = names.filter((name) => {
    const [here, there] = [own.settings[name], other.settings[name]];
    return here !== undefined && there !== undefined && here.hash !== there.hash;
  });
  if (differing.length === 0) return undefined;
  const each = differing.map(
    (name) => `${name} is ${own.settings[name]!.value} here and ${other.settings[name]!.value} there`,
  );
  return `${each.join('; ')} (${other.roles.join(',')} ${other.id})`;
}
