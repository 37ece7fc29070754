import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newestTerm } from '../../cluster/newest-term.ts';
import { followSnapshots, publishSnapshots } from '../../cluster/snapshot.ts';
import type { Snapshot } from '../../schema/cluster.ts';
import { needs } from '../support/needs.ts';
import { redisProcess, type RedisProcess } from '../support/services/redis.ts';
import { until } from '../support/until.ts';

const snapshot = (ingest: string, over: Partial<Snapshot> = {}): Snapshot => ({
  term: 1,
  taken: 1,
  ingest,
  feed: { type: 'feed', state: 'live', since: 1 },
  symbols: [],
  spreads: { BTCUSD: 1.5 },
  posted: [],
  calendar: { state: 'fresh', events: [] },
  articles: null,
  parts: {},
  reasons: [],
  ...over,
});

describe('the state of an ingest over Redis', needs.redis, () => {
  let server: RedisProcess;
  let redis: Redis;
  const closing: { close: () => void }[] = [];
  const owned = <T extends { close: () => void }>(one: T): T => {
    closing.push(one);
    return one;
  };
  const follow = async (through: Pick<Redis, 'get'>, key: string) => {
    const read: (string | undefined)[] = [];
    const snapshots = owned(await followSnapshots(through, key, newestTerm(0), 20));
    snapshots.onRead((one) => read.push(one?.ingest));
    return { snapshots, read };
  };
  const publish = (key: string, take: () => Snapshot, onLater: (term: number) => void = () => {}) =>
    publishSnapshots({ redis, names: { snapshot: key, term: `${key}:term` }, take, onLater });
  beforeAll(async () => {
    server = await redisProcess();
    await server.start();
    redis = new Redis(server.url);
  });
  afterEach(() => {
    for (const { close } of closing.splice(0)) close();
  });
  afterAll(async () => {
    redis.disconnect();
    await server.dispose();
  });

  it('reaches those that follow it, at once and again', async () => {
    let count = 0;
    owned(publish('one', () => snapshot(`state ${++count}`)));
    await until(async () => (await redis.get('one')) !== null);
    const { snapshots, read } = await follow(redis, 'one');
    expect(snapshots.current()).toEqual(snapshot('state 1'));
    expect(snapshots.problem()).toBeUndefined();
    await until(() => snapshots.current()?.ingest === 'state 2');
    expect(read).toContain('state 2');
  });

  it('is forgotten by Redis within seconds after the ingest has gone', async () => {
    const publisher = publish('lease', () => snapshot('a'));
    await until(async () => (await redis.get('lease')) !== null);
    publisher.close();
    const left = await redis.pttl('lease');
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(5000);
  });

  it('is none while the channels beside it are not heard', async () => {
    owned(publish('deaf', () => snapshot('a', { taken: performance.now() })));
    await until(async () => (await redis.get('deaf')) !== null);
    const heard = { deafMs: 4000 };
    const snapshots = owned(await followSnapshots(redis, 'deaf', newestTerm(0), 20, () => heard.deafMs));
    expect(snapshots.problem()).toBeUndefined();
    heard.deafMs = 6000;
    await until(() => snapshots.problem() === "Redis' channels have not been heard for 6 s");
    expect(snapshots.current()).toBeUndefined();
    heard.deafMs = 0;
    await until(() => snapshots.current()?.ingest === 'a');
  });

  it('says that no ingest answers as soon as there is no state, Redis being well, and tells once', async () => {
    await redis.set('gone', JSON.stringify(snapshot('a')));
    const { snapshots, read } = await follow(redis, 'gone');
    await until(() => read.length > 2);
    await redis.del('gone');
    await until(() => snapshots.problem() !== undefined);
    expect(snapshots.problem()).toBe('no ingest answers');
    expect(snapshots.current()).toBeUndefined();
    await new Promise((done) => setTimeout(done, 100));
    expect(read.filter((ingest) => ingest === undefined)).toHaveLength(1);
    await redis.set('gone', JSON.stringify(snapshot('b')));
    await until(() => snapshots.current()?.ingest === 'b');
    expect(snapshots.problem()).toBeUndefined();
  });

  it('says so from the start where there never was one', async () => {
    const { snapshots } = await follow(redis, 'never');
    expect([snapshots.current(), snapshots.problem()]).toEqual([undefined, 'no ingest answers']);
    expect(snapshots.heardAt()).toBeGreaterThan(0);
    const { snapshots: unheard } = await follow({ get: () => Promise.reject(new Error('cut')) }, 'never');
    expect(unheard.problem()).toBe("the ingest's state cannot be read: cut");
    expect(unheard.heardAt()).toBe(-Infinity);
  });

  it('stays while Redis is away for less than its life, and asks one question at a time', async () => {
    await redis.set('away', JSON.stringify(snapshot('a')));
    let asked = 0;
    let isAway = false;
    const { promise: stuck, reject } = Promise.withResolvers<never>();
    const { snapshots } = await follow(
      {
        get: (key: string) => {
          if (!isAway) return redis.get(key);
          asked++;
          return stuck;
        },
      },
      'away',
    );
    isAway = true;
    await until(() => asked > 0);
    await new Promise((done) => setTimeout(done, 200));
    expect(asked).toBe(1);
    reject(new Error('cut'));
    await until(() => asked > 3);
    expect(snapshots.current()?.ingest).toBe('a');
    expect(snapshots.problem()).toBeUndefined();
  });

  it('does not outlive its life where Redis stays away, and says why', async () => {
    await redis.set('outage', JSON.stringify(snapshot('a')));
    let isAway = false;
    const get = (key: string) => (isAway ? Promise.reject(new Error('cut')) : redis.get(key));
    const { snapshots } = await follow({ get }, 'outage');
    isAway = true;
    await until(() => snapshots.problem() !== undefined);
    expect(snapshots.problem()).toBe("the ingest's state cannot be read: cut");
    expect(snapshots.current()).toBeUndefined();
  });

  it('is not published by an ingest that another has followed, which is told the later term', async () => {
    const begun = performance.now();
    const later = owned(publish('fenced', () => snapshot('later', { term: 7 })));
    expect(later.confirmedAt()).toBeUndefined();
    await until(async () => (await redis.get('fenced')) !== null);
    // As of when it asked, not of when it heard.
    expect(later.confirmedAt()).toBeGreaterThanOrEqual(begun);
    expect(later.confirmedAt()).toBeLessThan(performance.now());
    const told: number[] = [];
    const former = owned(
      publish(
        'fenced',
        () => snapshot('former', { term: 6 }),
        (term) => told.push(term),
      ),
    );
    await until(() => told.length > 0);
    expect([told[0], former.confirmedAt()]).toEqual([7, undefined]);
    expect(await redis.get('fenced')).toContain('later');
  });

  it('is no sign of life while it stays the same, though its key is there', async () => {
    let now = snapshot('a');
    const { snapshots } = await follow({ get: async () => JSON.stringify(now) }, 'key');
    expect(snapshots.current()).toMatchObject({ ingest: 'a' });
    await until(() => snapshots.current() === undefined, 20_000);
    const [, seconds] = /^the ingest's state has been the same for (\d+) s$/.exec(snapshots.problem()!)!;
    expect(Number(seconds)).toBeGreaterThanOrEqual(5);
    expect(Number(seconds)).toBeLessThan(300);
    now = snapshot('a', { taken: 2 });
    await until(() => snapshots.current() !== undefined);
    expect(snapshots.problem()).toBeUndefined();
  });
});
