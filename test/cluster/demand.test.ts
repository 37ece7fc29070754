import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
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
