import { list } from './setting-types.ts';

type Variables = Readonly<Record<string, string | undefined>>;

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

/**
 * What is wrong with variables that are only valid together; empty means unset. Asked of the text, so that it is reported with all other
 * problems. `fallbackOf`: a variable's default.
 */
export function acrossSettings(environment: Variables, fallbackOf: (name: string) => unknown): string[] {
  return [
    ...pairs
      .filter(([one, other]) => !environment[one] !== !environment[other])
      .map(([one, other]) => `${one}: is set together with ${other}, or not at all`),
    ...(environment['BACKEND_API_KEY'] && !environment['BACKEND_URL']
      ? ['BACKEND_API_KEY: is set without BACKEND_URL']
      : []),
    ...ofDemo(environment, fallbackOf),
    ...ofRoles(environment),
  ];
}

/** The demo invents its prices: it must be intended, and its signals must not reach anybody who trades. */
function ofDemo(environment: Variables, fallbackOf: (name: string) => unknown): string[] {
  const roles = list(environment['ROLES'] ?? '');
  if (environment['TWELVEDATA_API_KEY'] || (roles.length > 0 && !roles.includes('all'))) return [];
  const posts = environment['DEMO_POSTS'] === 'true' ? [] : receivers.filter((name) => environment[name]);
  const unused = ['TWELVEDATA_WS_URL', 'TWELVEDATA_REST_URL'].filter(
    (name) => environment[name] && environment[name] !== fallbackOf(name),
  );
  return [
    ...posts.map(
      (name) =>
        `${name}: is set, but TWELVEDATA_API_KEY is not: the demo would send invented signals there; set TWELVEDATA_API_KEY, unset ${name}, or set DEMO_POSTS to true`,
    ),
    ...unused.map((name) => `${name}: is set without TWELVEDATA_API_KEY, and the demo does not use it`),
  ];
}

/** What a process of a cluster needs. */
function ofRoles(environment: Variables): string[] {
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
