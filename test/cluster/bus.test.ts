import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBus, listenToBus } from '../../cluster/bus.ts';
import { newestTerm } from '../../cluster/newest-term.ts';
import { openRedisLink, type RedisLink } from '../../cluster/redis-link.ts';
import type { BusMessage } from '../../schema/cluster.ts';
import { quiet } from '../support/services/database.ts';
import { redisProcess, type RedisProcess } from '../support/services/redis.ts';
import { until } from '../support/until.ts';
import { needs } from '../support/needs.ts';

const tick = (price: number): BusMessage => ({
  kind: 'tick',
  tick: { symbol: 'BTCUSD', price, eventTime: 1, receivedTime: 2 },
});

describe('createBus', () => {
  it('publishes the messages of one turn as one batch, which begins with the term', async () => {
    const said: string[] = [];
    const publish = (_: unknown, text: unknown) => Promise.resolve(said.push(String(text)));
    let term: number | undefined = 7;
    const redis = { status: 'ready', publish } as never;
    const bus = createBus({ redis, channel: 'bus', term: () => term });
    bus.publish(tick(1));
    bus.publish(tick(2));
    await new Promise((done) => setImmediate(done));
    expect(said.map((text) => JSON.parse(text) as unknown)).toEqual([
      [{ kind: 'term', term: 7 }, tick(1), tick(2)],
    ]);
    // What it publishes after it has lost its place goes nowhere.
    bus.publish(tick(3));
    term = undefined;
    await new Promise((done) => setImmediate(done));
    await new Promise((done) => setImmediate(done));
    expect(said).toHaveLength(1);
  });

  it('drops messages while Redis is away or does not answer', async () => {
    const dropped: number[] = [];
    const stuck = { status: 'ready', publish: () => new Promise<number>(() => {}) };
    const bus = createBus({
      redis: stuck as never,
      channel: 'bus',
      term: () => 1,
      onDropped: (count) => dropped.push(count),
    });
    for (let i = 0; i < 64; i++) {
      bus.publish(tick(i));
      await new Promise((done) => setImmediate(done));
    }
    expect(dropped).toEqual([]);
    bus.publish(tick(64));
    await new Promise((done) => setImmediate(done));
    expect(dropped).toEqual([1]);
    stuck.status = 'reconnecting';
    bus.publish(tick(65));
    await new Promise((done) => setImmediate(done));
    expect(dropped).toEqual([1, 1]);
  });
});

describe('createBus, where Redis refuses', () => {
  const turn = () => new Promise((done) => setImmediate(done));

  it('counts what could not be sent, and sends again', async () => {
    const dropped: number[] = [];
    const said: string[] = [];
    let isAway = true;
    const publish = (channel: string, text: string) => {
      said.push(`${channel} ${(JSON.parse(text) as unknown[]).length}`);
      return isAway ? Promise.reject(new Error('away')) : Promise.resolve(1);
    };
    const redis = { status: 'ready', publish };
    const bus = createBus({
      redis: redis as never,
      channel: 'bus',
      term: () => 1,
      onDropped: (count) => dropped.push(count),
    });
    // As often as can be under way at once, and more: each that fails makes room.
    for (let i = 0; i < 70; i++) {
      bus.publish(tick(i));
      await turn();
    }
    expect(dropped).toEqual(Array(70).fill(1));
    isAway = false;
    bus.publish(tick(1));
    bus.publish(tick(2));
    await turn();
    expect(said).toHaveLength(71);
    expect(said.at(-1)).toBe('bus 3');
    redis.status = 'connecting';
    bus.publish(tick(1));
    bus.publish(tick(2));
    await turn();
    expect([said.length, dropped.at(-1)]).toEqual([71, 2]);
  });
});

describe('listenToBus', () => {
  const hear = (known: number, ...texts: string[]) => {
    const heard: BusMessage[] = [];
    const bad: string[] = [];
    const link = {
      listen: (channel: string, onMessage: (text: string) => void) => {
        expect(channel).toBe('bus');
        for (const text of texts) onMessage(text);
      },
    };
    const on = {
      onMessage: (one: BusMessage) => void heard.push(one),
      onBad: (one: string) => void bad.push(one),
    };
    listenToBus(link, 'bus', { terms: newestTerm(known), ...on });
    return { prices: heard.map((one) => (one.kind === 'tick' ? one.tick.price : one.kind)), bad };
  };
  const batch = (...values: unknown[]) => JSON.stringify(values);

  it('passes on what it knows, and a piece of what it does not', () => {
    const long = { kind: 'x'.repeat(500) };
    expect(hear(0, batch({ kind: 'term', term: 1 }, tick(1), long, tick(2)))).toEqual({
      prices: [1, 2],
      bad: [JSON.stringify(long).slice(0, 200)],
    });
  });

  it('takes a batch without a term, or a single message, for one of a former version', () => {
    expect(hear(0, batch(tick(1), tick(2)), JSON.stringify(tick(3)))).toEqual({ prices: [1, 2, 3], bad: [] });
    expect(hear(1, batch(tick(1)), JSON.stringify(tick(3)))).toEqual({ prices: [], bad: [] });
    expect(hear(0, 'nonsense')).toEqual({ prices: [], bad: ['"nonsense"'] });
  });
});

describe('the bus over Redis', needs.redis, () => {
  let process: RedisProcess;
  let link: RedisLink;
  beforeAll(async () => {
    process = await redisProcess();
    await process.start();
    link = openRedisLink(process.url, quiet, Math.random);
  });
  afterAll(async () => {
    link.close();
    await process.dispose();
  });

  it('delivers in order, without invalid messages, and again after an outage of Redis', async () => {
    const heard: number[] = [];
    const bad: string[] = [];
    let listening = 0;
    link.onListening(() => (listening += 1));
    listenToBus(link, 'bus', {
      terms: newestTerm(0),
      onMessage: (message) => void (message.kind === 'tick' && heard.push(message.tick.price)),
      onBad: (sample) => bad.push(sample),
    });
    await until(() => listening > 0 && link.commands.status === 'ready');
    const bus = createBus({ redis: link.commands, channel: 'bus', term: () => 1 });
    await link.commands.publish('bus', 'nonsense');
    await link.commands.publish('bus', '[{"kind":"of a later version"}]');
    for (const price of [1, 2, 3]) bus.publish(tick(price));
    await until(() => heard.length === 3);
    expect([heard, bad.length]).toEqual([[1, 2, 3], 2]);
    await process.kill('SIGKILL');
    await process.start();
    await until(() => listening > 1 && link.commands.status === 'ready');
    bus.publish(tick(4));
    await until(() => heard.length === 4);
  });

  it('delivers nothing of an ingest that another has followed, nor of one without a term', async () => {
    const heard: number[] = [];
    let listening = 0;
    link.onListening(() => (listening += 1));
    // The database knows of term 5.
    listenToBus(link, 'followed', {
      terms: newestTerm(5),
      onMessage: (message) => void (message.kind === 'tick' && heard.push(message.tick.price)),
      onBad: () => {},
    });
    await until(() => listening > 0 && link.commands.status === 'ready');
    const said = (...batch: object[]) => link.commands.publish('followed', JSON.stringify(batch));
    await said({ kind: 'term', term: 4 }, tick(1));
    await said({ kind: 'term', term: 5 }, tick(2));
    await said(tick(3));
    await said({ kind: 'term', term: 6 }, tick(4));
    await said({ kind: 'term', term: 5 }, tick(5));
    await said({ kind: 'term', term: 6 }, tick(6));
    await until(() => heard.includes(6));
    expect(heard).toEqual([2, 4, 6]);
  });
});
