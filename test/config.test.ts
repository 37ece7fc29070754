import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { envExample, variables, withConfigurationTable } from '../cli/config-docs.ts';
import { ConfigError, parseConfig } from '../config.ts';

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
    expect(problemsOf(secret)).toHaveLength(4);
    expect(problemsOf(secret).join()).not.toContain(canary);
  });

  it('refuses more symbols than the plan takes', () => {
    expect(problemsOf({ SYMBOLS: 'A,B,C', MAX_SYMBOLS: '2' })).toEqual([
      'SYMBOLS: 3 symbols, but MAX_SYMBOLS is 2',
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

  it('has a README table in step with the schema', async () => {
    const readme = await readFile('README.md', 'utf8');
    expect(withConfigurationTable(readme)).toBe(readme);
  });
});
