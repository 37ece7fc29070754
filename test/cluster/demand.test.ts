import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDemand } from '../../cluster/demand.ts';
import { namesOf } from '../../cluster/names.ts';
import { openRedisLink, type RedisLink } from '../../cluster/redis-link.ts';
import { serveDemand } from '../../cluster/serve-demand.ts';
import type { WatchAnswer } from '../../schema/symbol/watch-answer.ts';
import { quiet } from '../support/services/database.ts';
import { redisProcess, type RedisProcess } from '../support/services/redis.ts';
import { until } from '../support/until.ts';
import { needs } from '../support/needs.ts';

describe('demand of symbols over Redis', needs.redis, () => {
  let process: RedisProcess;
  let link: RedisLink;
  let installation = 0;
  const cleanUp: (() => unknown)[] = [];
  beforeAll(async () => {
    process = await redisProcess();
    await process.start();
    link = openRedisLink(process.url, quiet, Math.random);
    await until(() => link.commands.status === 'ready');
  });
  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  });
  afterAll(async () => {
    link.close();
    await process.dispose();
  });

  /** An ingest with given answers, and gateways that receive them all. */
  const start = (answers: Record<string, WatchAnswer> = {}) => {
    const names = namesOf(`test ${++installation}`);
    const watched: string[] = [];
    const released: string[] = [];
    const lost: string[] = [];
    const gateways: ReturnType<typeof createDemand>[] = [];
    const ingest = () => {
      const served = serveDemand({
        redis: link.commands,
        link,
        names,
        watch: (symbol) => {
          watched.push(symbol);
          return Promise.resolve(answers[symbol] ?? 'ok');
        },
        release: (symbol) => released.push(symbol),
        answer: (symbol, answer) => {
          for (const gateway of gateways) gateway.onAnswer(symbol, answer);
        },
        everyMs: 50,
      });
      cleanUp.push(served.close);
      return served;
    };
    const gateway = (over: { ttlMs?: number; verdictWithinMs?: number } = {}) => {
      const made = createDemand({
        redis: link.commands,
        names,
        gateway: `gateway${gateways.length}`,
        always: ['BTCUSD'],
        onLost: (symbol, why) => lost.push(`${symbol} ${why}`),
        verdictWithinMs: 5000,
        ...over,
      });
      gateways.push(made);
      cleanUp.push(made.close);
      return made;
    };
    return { ingest, gateway, watched, released, lost, answers };
  };

  it('is one reference at the ingest, released when no gateway wants the symbol any more', async () => {
    const { ingest, gateway, watched, released } = start({ NOPE: 'symbol_unknown' });
    ingest();
    const [one, two] = [gateway(), gateway()];
    expect(await Promise.all([one.watch('ETHUSD'), one.watch('ETHUSD'), two.watch('ETHUSD')])).toEqual([
      'ok',
      'ok',
      'ok',
    ]);
    expect(await two.watch('NOPE')).toBe('symbol_unknown');
    expect(await two.watch('BTCUSD')).toBe('ok');
    expect(watched.filter((symbol) => symbol !== 'NOPE')).toEqual(['ETHUSD']);
    one.release('ETHUSD');
    one.release('ETHUSD');
    await until(async () => watched.length > 0);
    expect(released).toEqual([]);
    two.release('ETHUSD');
    await until(() => released.length > 0);
    expect(released).toEqual(['ETHUSD']);
  });

  it('is refused at every gateway where the ingest takes none from visitors', async () => {
    const { ingest, gateway } = start({ GUEST: 'symbol_not_offered' });
    ingest();
    expect(await Promise.all([gateway().watch('GUEST'), gateway().watch('GUEST')])).toEqual([
      'symbol_not_offered',
      'symbol_not_offered',
    ]);
  });

  it('is admitted provisionally without an ingest, and dropped when one refuses it', async () => {
    const { ingest, gateway, lost } = start({ NOPE: 'symbol_unknown' });
    expect(await gateway({ verdictWithinMs: 50 }).watch('NOPE')).toBe('ok');
    ingest();
    await until(() => lost.length > 0);
    expect(lost).toEqual(['NOPE symbol_unknown']);
  });

  it('of a dead gateway expires, and of a live one does not', async () => {
    const { ingest, gateway, released } = start();
    ingest();
    const dead = gateway({ ttlMs: 100_000 });
    const living = gateway({ ttlMs: 300 });
    await Promise.all([dead.watch('DEAD'), living.watch('LIVING')]);
    // Its entry was to last for 100 s; this is its state after a kill, once that time is over.
    const names = namesOf(`test ${installation}`);
    await link.commands.zadd(names.demand, 1, 'gateway0 DEAD');
    await until(() => released.includes('DEAD'));
    await new Promise((done) => setTimeout(done, 600));
    expect(released).toEqual(['DEAD']);
  });
});

describe('createDemand', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const start = () => {
    const said: string[] = [];
    const state = { isAway: false };
    const answer = async <T>(value: T): Promise<T> => {
      if (state.isAway) throw new Error('away');
      return value;
    };
    const redis = {
      eval: (_script: string, _keys: number, ...parameters: unknown[]) => {
        said.push(`write ${parameters.join(' ')}`);
        return answer(1);
      },
      zrem: (key: string, ...members: string[]) => {
        said.push(`remove ${key} ${members.join(',')}`);
        return answer(1);
      },
    };
    const demand = createDemand({
      redis: redis as never,
      names: { demand: 'demand', demanded: 'demanded' },
      gateway: 'g',
      always: ['BTCUSD'],
      onLost: (symbol, why) => said.push(`lost ${symbol} ${why}`),
    });
    const heard: Record<string, WatchAnswer[]> = {};
    const watch = (symbol: string) =>
      void demand.watch(symbol).then((one) => (heard[symbol] ??= []).push(one));
    return { demand, said, state, watch, heard };
  };
  const write = (symbols: string) => `write demand demanded g 15000 ${symbols}`;

  it('writes what is wanted at once and three times as often as it expires, until nobody wants it', async () => {
    const { demand, said, watch, heard } = start();
    watch('BTCUSD');
    await vi.advanceTimersByTimeAsync(10_000);
    expect([heard, said]).toEqual([{ BTCUSD: ['ok'] }, []]);
    watch('ETHUSD');
    watch('ETHUSD');
    expect(said).toEqual([write('ETHUSD')]);
    watch('EURUSD');
    await vi.advanceTimersByTimeAsync(4_999);
    expect(said).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(said.slice(2)).toEqual([write('ETHUSD EURUSD')]);
    demand.release('ETHUSD');
    demand.release('BTCUSD');
    expect(said).toHaveLength(3);
    demand.release('ETHUSD');
    expect(said.slice(3)).toEqual(['remove demand g ETHUSD']);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(said.slice(4)).toEqual([write('EURUSD')]);
    watch('XAUUSD');
    await demand.close();
    expect(said.slice(6)).toEqual(['remove demand g EURUSD,g XAUUSD']);
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    await demand.close();
    expect(said).toHaveLength(7);
  });

  it('admits all who ask with the answer, and after seven seconds without one', async () => {
    const { demand, watch, heard, said } = start();
    watch('ETHUSD');
    watch('ETHUSD');
    await vi.advanceTimersByTimeAsync(0);
    expect(heard).toEqual({});
    demand.onAnswer('ETHUSD', 'ok');
    demand.onAnswer('NOBODY', 'ok');
    watch('ETHUSD');
    await vi.advanceTimersByTimeAsync(0);
    expect(heard).toEqual({ ETHUSD: ['ok', 'ok', 'ok'] });
    watch('EURUSD');
    await vi.advanceTimersByTimeAsync(6_999);
    expect(heard['EURUSD']).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(heard['EURUSD']).toEqual(['ok']);
    demand.onAnswer('EURUSD', 'ok');
    expect(said.filter((one) => one.startsWith('lost'))).toEqual([]);
  });

  it('tells a refusal to those who wait, and a loss of what was admitted; it is asked for anew', async () => {
    const { demand, watch, heard, said } = start();
    watch('NOPE');
    demand.onAnswer('NOPE', 'symbol_unknown');
    await vi.advanceTimersByTimeAsync(0);
    expect([heard, said]).toEqual([{ NOPE: ['symbol_unknown'] }, [write('NOPE'), 'remove demand g NOPE']]);
    watch('NOPE');
    expect(said.slice(2)).toEqual([write('NOPE')]);
    demand.onAnswer('NOPE', 'ok');
    demand.onAnswer('NOPE', 'symbol_limit');
    await vi.advanceTimersByTimeAsync(0);
    expect(heard['NOPE']).toEqual(['symbol_unknown', 'ok']);
    expect(said.slice(3)).toEqual(['remove demand g NOPE', 'lost NOPE symbol_limit']);
    // Its reference is gone.
    demand.release('NOPE');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(said).toHaveLength(5);
  });

  it('outlives an outage of Redis', async () => {
    const { demand, state, watch, said } = start();
    state.isAway = true;
    watch('ETHUSD');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(said).toEqual([write('ETHUSD'), write('ETHUSD')]);
    demand.release('ETHUSD');
    watch('EURUSD');
    await demand.close();
  });
});
