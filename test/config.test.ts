import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { configurationPage, envExample, variables } from '../cli/config-docs.ts';
import { ConfigError, parseConfig, secretsOf } from '../config.ts';
import { secretMask } from '../schema/secrets/mask-secrets.ts';

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    parseConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('parseConfig', () => {
  it('needs nothing: the defaults are the demo', () => {
    const config = parseConfig({});
    expect(config.demo).toBe(true);
    // Apart from what a live server keeps.
    expect([config.DATA_DIR, parseConfig({ TWELVEDATA_API_KEY: 'k' }).DATA_DIR]).toEqual([
      './data/demo',
      './data',
    ]);
    expect(config.SYMBOLS).toEqual(['BTCUSD', 'ETHUSD', 'EURUSD', 'XAUUSD']);
    expect(config.TIMEFRAMES).toEqual(['1min', '5min', '1h']);
    expect(config.PORT).toBe(8080);
  });

  it('takes the design’s timeframes with a key', () => {
    const config = parseConfig({ TWELVEDATA_API_KEY: 'k' });
    expect(config.demo).toBe(false);
    expect(config.TIMEFRAMES).toEqual(['30min', '1h', '4h']);
  });

  it('names every bad variable at once', () => {
    const problems = problemsOf({
      PORT: 'eighty',
      HISTORY_SIZE: '249',
      TIMEFRAMES: '1h,7min',
      SYMBOLS: 'BTC/USD,$$$',
      REDIS_URL: 'http://localhost',
      RECORD_TICKS: 'yes',
    });
    expect(problems.map((problem) => problem.split(':', 1).join('')).sort()).toEqual([
      'HISTORY_SIZE',
      'PORT',
      'RECORD_TICKS',
      'REDIS_URL',
      'SYMBOLS',
      'TIMEFRAMES',
    ]);
  });

  it('never repeats a value, which could be a secret', () => {
    const canary = 'canary secret';
    const secret = {
      TWELVEDATA_API_KEY: canary,
      COMMUNITY_API_KEY: canary,
      API_KEYS: canary,
      DATABASE_URL: canary,
    };
    expect(problemsOf(secret)).toHaveLength(5);
    expect(problemsOf(secret).join()).not.toContain(canary);
  });

  it('refuses more symbols than the plan takes', () => {
    expect(problemsOf({ SYMBOLS: 'A,B,C', MAX_SYMBOLS: '2' })).toEqual([
      'SYMBOLS: 3 symbols, but MAX_SYMBOLS is 2',
    ]);
  });

  it.each([
    [{ COMMUNITY_TRADING_URL: 'https://p.example', COMMUNITY_API_KEY: 'k' }, 'COMMUNITY_TRADING_URL'],
    [{ TELEGRAM_BOT_TOKEN: 't', TELEGRAM_CHAT_ID: '@c' }, 'TELEGRAM_BOT_TOKEN'],
    [{ DISCORD_WEBHOOK_URL: 'https://d.example/1/s' }, 'DISCORD_WEBHOOK_URL'],
    [{ WEBHOOK_URL: 'https://w.example', WEBHOOK_SECRET: 'long-enough' }, 'WEBHOOK_URL'],
    [{ BACKEND_URL: 'https://b.example' }, 'BACKEND_URL'],
  ])('lets no demo send to %o, unless DEMO_POSTS says so', (receiver, name) => {
    const problems = problemsOf(receiver);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: is set, but TWELVEDATA_API_KEY is not`));
    expect(problemsOf({ ...receiver, PORT: 'x' })).toHaveLength(2);
    expect(problemsOf({ ...receiver, DEMO_POSTS: 'false' })).toHaveLength(1);
    expect(problemsOf({ ...receiver, DEMO_POSTS: 'true' })).toEqual([]);
    expect(problemsOf({ ...receiver, TWELVEDATA_API_KEY: 'k' })).toEqual([]);
  });

  it.each([
    [{ COMMUNITY_TRADING_URL: 'https://p.example' }, 'COMMUNITY_TRADING_URL', 'COMMUNITY_API_KEY'],
    [{ COMMUNITY_API_KEY: 'canary' }, 'COMMUNITY_TRADING_URL', 'COMMUNITY_API_KEY'],
    [{ TELEGRAM_BOT_TOKEN: 'canary' }, 'TELEGRAM_BOT_TOKEN', 'TELEGRAM_CHAT_ID'],
    [{ TELEGRAM_CHAT_ID: '@c' }, 'TELEGRAM_BOT_TOKEN', 'TELEGRAM_CHAT_ID'],
    [{ WEBHOOK_SECRET: 'canary-long' }, 'WEBHOOK_URL', 'WEBHOOK_SECRET'],
    [{ WEBHOOK_URL: 'https://w.example' }, 'WEBHOOK_URL', 'WEBHOOK_SECRET'],
    [{ BACKEND_API_KEY: 'canary' }, 'BACKEND_API_KEY', 'BACKEND_URL'],
  ])('refuses what is half set: %o', (half, one, other) => {
    const problems = problemsOf({ TWELVEDATA_API_KEY: 'k', ...half });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(one);
    expect(problems[0]).toContain(other);
    expect(problems[0]).not.toContain('canary');
  });

  it('refuses a provider’s address without its key: that would be the demo', () => {
    expect(problemsOf({ TWELVEDATA_WS_URL: 'ws://127.0.0.1:1' })).toMatchObject([
      expect.stringMatching(/^TWELVEDATA_WS_URL: is set without TWELVEDATA_API_KEY/),
    ]);
    expect(problemsOf({ TWELVEDATA_WS_URL: 'wss://ws.twelvedata.com/v1/quotes/price' })).toEqual([]);
  });

  it.each([
    ['REDIS_URL', 'redis://:50%off@h'],
    ['DATABASE_URL', 'postgres://u:50%off@h/d'],
    ['DATABASE_URL', 'postgres://%zz@h/d'],
    ['DATABASE_URL', 'postgres://u:p@h/50%off'],
    ['DATABASE_URL', 'postgres://u:50%off@/d?host=/sock'],
    ['BACKEND_URL', 'https://u:50%off@h'],
    ['COMMUNITY_TRADING_URL', 'https://u:50%off@h'],
  ])('refuses a %s whose % encodes nothing with a sentence: %s', (name, value) => {
    const problems = problemsOf({ TWELVEDATA_API_KEY: 'k', COMMUNITY_API_KEY: 'k', [name]: value });
    expect(problems.filter((one) => one.startsWith(`${name}: a %`))).toHaveLength(1);
    expect(problems.join()).not.toContain('off');
  });

  it.each([
    'redis://:canary@h/queue',
    'redis://:canary@h:1/0/1',
    'rediss://h/-1',
    'redis://h/1.5',
    'redis://h?db=queue',
  ])('refuses a REDIS_URL whose database is no number: %s', (REDIS_URL) => {
    const problems = problemsOf({ TWELVEDATA_API_KEY: 'k', REDIS_URL });
    expect(problems).toEqual([expect.stringMatching(/^REDIS_URL: .*the number of a database/)]);
    expect(problems.join()).not.toContain('canary');
  });

  it.each(['redis://h', 'redis://h/', 'redis://h:1/0', 'rediss://u:p@h/15', 'redis://h/?db=2'])(
    'takes the database of %s',
    (REDIS_URL) => {
      expect(problemsOf({ TWELVEDATA_API_KEY: 'k', REDIS_URL })).toEqual([]);
    },
  );

  it.each([
    ['REDIS_URL', 'redis+sentinel://:canary@one:1,[::1]:2,three/my.master/3?sentinel_password=canary'],
    ['REDIS_URL', 'rediss+sentinel://one/mymaster'],
    ['DATABASE_URL', 'postgres://u:canary@one:5432,two:5433/d?target_session_attrs=read-write'],
    ['DATABASE_URL', 'postgresql://u:canary@one,[::1]/d'],
  ])('takes a %s of several hosts, and knows its password: %s', (name, value) => {
    const environment = { TWELVEDATA_API_KEY: 'k', [name]: value };
    expect(problemsOf(environment)).toEqual([]);
    const mask = secretMask(secretsOf(parseConfig(environment)));
    expect(mask('it is canary')).toBe(value.includes('canary') ? 'it is ***' : 'it is canary');
  });

  it.each([
    ['REDIS_URL', 'redis+sentinel://:canary@one:1,two:2', 'the name of their primary'],
    ['REDIS_URL', 'redis+sentinel://:canary@one:1,two:2/', 'the name of their primary'],
    ['REDIS_URL', 'redis+sentinel://one/mymaster/canary', 'the name of their primary'],
    ['REDIS_URL', 'redis+sentinel://one:1,,two:2/mymaster', 'each with a name'],
    ['REDIS_URL', 'redis+sentinel://one:1,two:port/mymaster', 'each with a name'],
    ['REDIS_URL', 'redis://:canary@one:1,two:2', 'is no URL'],
    ['DATABASE_URL', 'postgres://u:canary@one:1,/d', 'each with a name'],
    ['DATABASE_URL', 'postgres://u:canary@one,two/d?target_session_attrs=any', 'the server writes'],
    ['DATABASE_URL', 'postgres://u:can,ary/x@h/d', 'is no URL'],
  ])('refuses a %s whose hosts cannot be told: %s', (name, value, why) => {
    const problems = problemsOf({ TWELVEDATA_API_KEY: 'k', [name]: value });
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name}: .*${why}`))]);
    expect(problems.join()).not.toContain('canary');
  });

  it.each([
    ['DATABASE_URL', 'postgres://u:canary#x@h/d'],
    ['DATABASE_URL', 'postgres://u:12#canary@h/d'],
    ['DATABASE_URL', 'postgres://u:canary/x@h/d'],
    ['DATABASE_URL', 'postgresql://u:canary?x@h/d'],
    ['DATABASE_URL', 'postgres://u:canary@h:port/d'],
    ['REDIS_URL', 'redis://:canary#x@h'],
    ['REDIS_URL', 'redis://:12/canary#@h'],
    ['REDIS_URL', 'rediss://u:canary/x@h'],
    ['REDIS_URL', 'redis://h:99999'],
  ])('says what a %s may hold where it begins well: %s', (name, value) => {
    const problems = problemsOf({ TWELVEDATA_API_KEY: 'k', [name]: value });
    expect(problems).toEqual([
      expect.stringMatching(new RegExp(`^${name}: .*in its user or password, as %23, %2F and %3F`)),
    ]);
    expect(problems.join()).not.toContain('canary');
  });

  it.each([
    ['COMMUNITY_TRADING_URL', ' https://h'],
    ['COMMUNITY_TRADING_URL', 'https://h '],
    ['COMMUNITY_TRADING_URL', 'https://h\t'],
    ['DISCORD_WEBHOOK_URL', 'https://h/a\nb'],
    ['REDIS_URL', 'redis://h '],
    ['WEBHOOK_URL', '\u00a0https://h'],
  ])('refuses a %s with blanks, which would be dropped here and kept there: %j', (name, value) => {
    const problems = problemsOf({
      TWELVEDATA_API_KEY: 'k',
      COMMUNITY_API_KEY: 'k',
      WEBHOOK_SECRET: '12345678',
      [name]: value,
    });
    expect(problems.filter((one) => one.startsWith(`${name}: holds a space`))).toHaveLength(1);
  });

  it.each([
    ['COMMUNITY_TRADING_URL', 'https://h/?key=canary'],
    ['COMMUNITY_TRADING_URL', 'https://h/#canary'],
    ['TELEGRAM_URL', 'https://h?'],
    ['BACKEND_URL', 'https://h?x=canary'],
    ['TWELVEDATA_REST_URL', 'https://h?apikey=canary'],
    ['FINLIGHT_URL', 'https://h#'],
  ])('refuses a %s with a query, behind which no path can be put: %s', (name, value) => {
    const problems = problemsOf({ TWELVEDATA_API_KEY: 'k', COMMUNITY_API_KEY: 'k', [name]: value });
    expect(problems.filter((one) => one.startsWith(`${name}: paths are put behind it`))).toHaveLength(1);
    expect(problems.join()).not.toContain('canary');
  });

  it.each([' ', '-100 1', '@a b', '\u200b-1001', '-1001\u00a0'])(
    'refuses a chat that is none: %j',
    (TELEGRAM_CHAT_ID) => {
      expect(
        problemsOf({ TWELVEDATA_API_KEY: 'k', TELEGRAM_BOT_TOKEN: 't', TELEGRAM_CHAT_ID }).map(
          (one) => one.split(':')[0],
        ),
      ).toEqual(['TELEGRAM_CHAT_ID']);
    },
  );

  it('takes PostgreSQL’s URL of a socket, and knows its password', () => {
    for (const DATABASE_URL of [
      'postgres://u:canary%20p@/db?host=/sock',
      'postgresql://u:canary%20p@localhost/db',
      'postgres:///db?host=/sock&user=u&password=canary%20p',
    ]) {
      const config = parseConfig({ DATABASE_URL });
      expect(config.DATABASE_URL?.reveal()).toBe(DATABASE_URL);
      const mask = secretMask(secretsOf(config));
      expect(mask('it is canary p, or canary%20p')).toBe('it is ***, or ***');
    }
  });

  it('says what TRUST_PROXY wants', () => {
    expect(problemsOf({ TRUST_PROXY: 'yes' })).toEqual([
      'TRUST_PROXY: the number of proxies is needed, or true for one and false for none',
    ]);
    expect(['true', 'false', '2'].map((TRUST_PROXY) => parseConfig({ TRUST_PROXY }).TRUST_PROXY)).toEqual([
      1, 0, 2,
    ]);
  });

  it('is frozen all the way down', () => {
    const config = parseConfig({});
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.SYMBOLS)).toBe(true);
  });

  it('takes roles with what they need, and names all that is missing at once', () => {
    const urls = { DATABASE_URL: 'postgres://h/d', REDIS_URL: 'redis://h' };
    const gateway = parseConfig({ ROLES: 'gateway, delivery', ...urls });
    expect([gateway.ROLES, gateway.demo, parseConfig({}).ROLES]).toEqual([
      ['gateway', 'delivery'],
      false,
      ['all'],
    ]);
    const named = (environment: Record<string, string>) =>
      problemsOf(environment).map((problem) => problem.split(':', 1).join(''));
    expect(named({ ROLES: 'ingest', CLOCK: 'feed', PORT: 'x' }).sort()).toEqual([
      'CLOCK',
      'DATABASE_URL',
      'PORT',
      'REDIS_URL',
      'TWELVEDATA_API_KEY',
    ]);
    expect(named({ ROLES: 'all,gateway' })).toEqual(['ROLES']);
    expect(named({ ROLES: 'router', ...urls })).toEqual(['ROLES']);
  });

  it('takes an empty variable as unset', () => {
    expect(parseConfig({ PORT: '', TWELVEDATA_API_KEY: '' })).toEqual(parseConfig({}));
  });
});

describe('the configuration’s documentation', () => {
  it('describes every variable', () => {
    for (const variable of variables()) expect(variable.description, variable.name).not.toBe('');
  });

  it('has an .env.example in step with the schema', async () => {
    expect(await readFile('.env.example', 'utf8')).toBe(envExample());
  });

  it('has a page of the documentation in step with the schema', async () => {
    expect(await readFile('docs/configuration.md', 'utf8')).toBe(configurationPage());
  });
});
