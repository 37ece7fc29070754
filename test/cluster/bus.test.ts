import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBus, listenToBus } from '../../cluster/bus.ts';
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
  it('publishes the messages of one turn as one batch', async () => {
    const said: string[] = [];
    const publish = (_: unknown, text: unknown) => Promise.resolve(said.push(String(text)));
    const bus = createBus({ status: 'ready', publish } as never, 'bus');
    bus.publish(tick(1));
    bus.publish(tick(2));
    await until(() => said.length > 0);
    expect(said.map((text) => JSON.parse(text) as unknown)).toEqual([[tick(1), tick(2)]]);
  });

  it('drops messages while Redis is away or does not answer', async () => {
    const dropped: number[] = [];
    const stuck = { status: 'ready', publish: () => new Promise<number>(() => {}) };
    const bus = createBus(stuck as never, 'bus', (count) => dropped.push(count));
    for (let i = 0; i < 64; i++) {
      bus.publish(tick(i));
      await new Promise((done) => setImmediate(done));
    }
    expect(dropped).toEqual([]);
    bus.publish(tick(64));
    await until(() => dropped.length > 0);
    stuck.status = 'reconnecting';
    bus.publish(tick(65));
    await until(() => dropped.length === 2);
  });
});

describe('the bus over Redis', needs.redis, () => {
  let process: RedisProcess;
  let link: RedisLink;
  beforeAll(async () => {
    process = await redisProcess();
    await process.start();
    link = openRedisLink(process.url, quiet);
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
      onMessage: (message) => void (message.kind === 'tick' && heard.push(message.tick.price)),
      onBad: (sample) => bad.push(sample),
    });
    await until(() => listening > 0 && link.commands.status === 'ready');
    const bus = createBus(link.commands, 'bus');
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
});
