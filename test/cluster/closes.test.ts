import { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { askCloses, serveCloses } from '../../cluster/closes.ts';
import { namesOf } from '../../cluster/names.ts';
import { openRedisLink, type RedisLink } from '../../cluster/redis-link.ts';
import type { CandleCompleteBody } from '../../schema/analyze.ts';
import type { CloseReply, StrategiesReply } from '../../schema/cluster.ts';
import { needs } from '../support/needs.ts';
import { quiet } from '../support/services/database.ts';
import { redisProcess, type RedisProcess } from '../support/services/redis.ts';
import { until } from '../support/until.ts';

const close = { symbol: 'BTCUSD', timeframe: '1h', candles: [] } as unknown as CandleCompleteBody;
const problem = (message: string): CloseReply => ({
  problem: { status: 409, code: 'not_closed', message, headers: { 'Retry-After': '1' }, fields: { now: 7 } },
});

describe('posted closes over Redis', needs.redis, () => {
  let server: RedisProcess;
  let link: RedisLink;
  let installation = 0;
  const ending: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    server = await redisProcess();
    await server.start();
    link = openRedisLink(server.url, quiet, Math.random);
    await until(() => link.commands.status === 'ready');
  });
  afterEach(async () => {
    for (const end of ending.splice(0)) await end();
  });
  afterAll(async () => {
    link.close();
    await server.dispose();
  });

  const start = (limitMs?: number) => {
    const names = namesOf(`closes${++installation}`);
    const gateway = askCloses({ link, names }, limitMs);
    const queue = new Queue('closes', {
      connection: link.commands,
      prefix: names.queues,
      skipVersionCheck: true,
    });
    ending.push(gateway.close, () => queue.close());
    return {
      gateway,
      queue,
      serve: (
        decide: (close: CandleCompleteBody) => Promise<CloseReply>,
        wallNow: () => number = Date.now,
        strategies: () => Promise<StrategiesReply> = () => Promise.reject(new Error('not asked')),
      ) => {
        const served = serveCloses({ link, names }, { decide, strategies }, wallNow);
        ending.push(served.close);
        return served;
      },
    };
  };

  const asked = (gateway: ReturnType<typeof askCloses>, one = close) =>
    gateway.ask(one).then(
      (reply) => ({ reply }),
      (error: Error) => ({ error }),
    );

  it('are answered by the ingest, with what it was sent', async () => {
    const { gateway, serve } = start();
    const seen: unknown[] = [];
    serve(async (one) => {
      seen.push(one);
      return problem('the last candle is open');
    });
    expect(await asked(gateway)).toEqual({ reply: problem('the last candle is open') });
    expect(seen[0]).toEqual(close);
  });

  it('go the way on which the ingest is asked for its strategies, too', async () => {
    const { gateway, serve } = start();
    const listed = {
      strategies: [
        {
          name: 'mine',
          about: '',
          version: null,
          file: 'mine.ts',
          params: {},
          error: 'mine: no',
          checks: [],
        },
      ],
      assignments: [],
    };
    serve(
      () => Promise.reject(new Error('no close was sent')),
      Date.now,
      async () => listed,
    );
    expect(await gateway.strategies()).toEqual(listed);
  });

  it('whose strategies nobody can tell are an error', async () => {
    const { gateway, serve } = start();
    serve(
      async () => problem('x'),
      Date.now,
      async () => ({ odd: true }) as never,
    );
    await expect(gateway.strategies()).rejects.toThrow('its reply makes no sense');
  });

  it('are decided eight at a time: a ninth waits for one of them', async () => {
    const { gateway, queue, serve } = start(60_000);
    let running = 0;
    let most = 0;
    const { promise: held, resolve: free } = Promise.withResolvers<void>();
    // Served once all are in the queue, which a worker takes as fast as it may.
    const all = Array.from({ length: 9 }, () => gateway.ask(close));
    await until(async () => (await queue.getWaitingCount()) === 9);
    serve(async () => {
      most = Math.max(most, ++running);
      await held;
      running--;
      return problem('x');
    });
    await until(() => running >= 8);
    // A worker that took more would ask for the ninth before its answers to these.
    await queue.getJobCounts();
    expect(await queue.getJobCounts('active', 'waiting')).toEqual({ active: 8, waiting: 1 });
    free();
    expect(await Promise.all(all)).toEqual(Array(9).fill(problem('x')));
    expect(most).toBe(8);
  });

  it('that are being decided at a planned stop are answered before it is over', async () => {
    const { gateway, serve } = start();
    const { promise: held, resolve: free } = Promise.withResolvers<void>();
    let running = 0;
    const served = serve(async () => {
      running++;
      await held;
      return problem('x');
    });
    const answer = asked(gateway);
    await until(() => running > 0);
    let isOver = false;
    const stopped = served.close().then(() => (isOver = true));
    await new Promise((done) => setTimeout(done, 50));
    expect(isOver).toBe(false);
    free();
    expect(await answer).toEqual({ reply: problem('x') });
    await stopped;
  });

  it('reject with a plain error where the ingest fails, or says what nobody understands', async () => {
    const { gateway, serve } = start();
    serve(async ({ symbol }) => {
      if (symbol === 'ODD') return { odd: true } as never;
      throw new Error('a bug');
    });
    expect(await asked(gateway)).toMatchObject({ error: { name: 'NoAnswerError', message: 'a bug' } });
    const odd = { ...close, symbol: 'ODD' };
    expect(await asked(gateway, odd)).toMatchObject({ error: { name: 'NoAnswerError' } });
  });

  it('reject in time where no ingest is there, and are not left for a later one', async () => {
    const { gateway, queue } = start(300);
    await expect(gateway.ask(close)).rejects.toMatchObject({ name: 'NoAnswerError' });
    expect(await queue.getJobCounts('waiting', 'active', 'delayed')).toEqual({
      waiting: 0,
      active: 0,
      delayed: 0,
    });
  });

  it.each([
    [15_000, true],
    [60_000, false],
  ])(
    'whose sender has waited for %d ms are decided: %s; processed late, they would still alert',
    async (lateMs, isDecided) => {
      const { gateway, serve } = start(1000);
      let decided = 0;
      serve(
        async () => {
          decided++;
          return problem('x');
        },
        () => Date.now() + lateMs,
      );
      expect(await asked(gateway)).toMatchObject(
        isDecided ? { reply: problem('x') } : { error: { message: 'the sender has timed out' } },
      );
      expect(decided > 0).toBe(isDecided);
    },
  );
});
