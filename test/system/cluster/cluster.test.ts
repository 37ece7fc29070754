import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Platform, store as takes } from '../../support/services/platform.ts';
import type { RedisProcess } from '../../support/services/redis.ts';
import { until } from '../../support/until.ts';
import { callingCandles } from '../../support/calling-candles.ts';
import { connect, type Frame, type RunningServer } from '../../support/server.ts';
import { type SplitServer, splitServer } from '../../support/split-server.ts';
import { deliveryOf, postClose } from '../../support/world.ts';
import { needs } from '../../support/needs.ts';

type Client = Awaited<ReturnType<typeof connect>>;
const isReady = async (server: RunningServer) => (await server.get<{ ready: boolean }>('/ready')).ready;
/** A posted symbol is known at a gateway with the ingest's next snapshot. */
const followSignals = (server: RunningServer, symbol: string) =>
  until(async () => {
    const client = await connect(server, '/ws/signals', { action: 'subscribe', symbol });
    const answer = await client.frame(({ type }) => type === 'subscribed' || type === 'error', 15_000);
    if (answer.type === 'subscribed') return client;
    client.close();
    return undefined;
  });
const offsetsOf = ({ frames }: Client) =>
  frames.filter(({ signal_changed }) => signal_changed === true).map(({ epoch, offset }) => [epoch, offset]);

describe('roles on many processes', needs.redis, () => {
  let split: SplitServer;
  let redis: RedisProcess;
  let target: Platform;
  let ingests: RunningServer[];
  let gateways: RunningServer[];
  let deliveries: RunningServer[];

  const start = async (roles: string): Promise<RunningServer> => (await split.start(roles)).server;
  const activeIngest = () =>
    until(async () => {
      const ready = await Promise.all(ingests.map((one) => isReady(one).catch(() => false)));
      return ingests.find((_, i) => ready[i]);
    }, 40_000);

  beforeAll(async () => {
    split = await splitServer({}, { connections: 1 });
    ({ redis, target } = split);
    // The first brings the database up to date before the others look.
    ingests = [await start('ingest')];
    [, ingests[1], gateways, deliveries] = await Promise.all([
      start('analysis'),
      start('ingest'),
      Promise.all([start('gateway'), start('gateway')]),
      Promise.all([start('delivery'), start('delivery')]),
    ]);
    await activeIngest();
    await Promise.all(gateways.map((one) => until(() => isReady(one), 30_000)));
  });
  afterAll(() => split.close());
  // One whose database did not answer in time, on a starved machine, has rightly ended: a supervisor starts another.
  beforeEach(async () => {
    const isOver = ({ process }: RunningServer) => process.exitCode !== null || process.signalCode !== null;
    ingests = await Promise.all(ingests.map(async (one) => (isOver(one) ? start('ingest') : one)));
    await activeIngest();
  });

  it('gives the same prices, candles and signals at both gateways, and posts a signal once', async () => {
    const prices = await Promise.all(
      gateways.map((one) =>
        connect(one, '/ws', { action: 'subscribe', symbols: ['BTCUSD', 'ETHUSD'], timeframes: ['1min'] }),
      ),
    );
    // One is asked for on demand, through either gateway.
    for (const symbol of ['BTCUSD', 'ETHUSD'])
      for (const client of prices)
        await client.frame((frame) => frame.type === 'price_update' && frame['symbol'] === symbol, 20_000);
    const key = ({ symbol, price, timestamp }: Frame) => JSON.stringify([symbol, price, timestamp]);
    const newest = await prices[0]!.frame(
      (frame) => frame.type === 'price_update' && Number(frame['timestamp']) > Date.now() - 1500,
    );
    await prices[1]!.frame((frame) => frame.type === 'price_update' && key(frame) === key(newest));
    for (const client of prices) await client.frame(({ type }) => type === 'candle', 20_000);
    const candles = await Promise.all(
      gateways.map((one) => one.get('/candles/BTCUSD?interval=5min&outputsize=100')),
    );
    expect(candles[0]).toMatchObject({ success: true, count: 100 });
    expect(candles[1]).toEqual(candles[0]);
    expect(await gateways[0]!.get('/analyze/BTCUSD?timeframe=5min')).toMatchObject({ success: true });

    await postClose(gateways[0]!, 'ONE', '4h');
    const signals = await Promise.all(gateways.map((one) => followSignals(one, 'ONE')));
    const id = await postClose(gateways[0]!, 'ONE');
    const isIts = (frame: Frame) => frame.type === 'signal_update' && frame['timeframe'] === '1h';
    const frames = await Promise.all(signals.map((one) => one.frame(isIts)));
    expect(frames[1]).toEqual(frames[0]);
    await until(async () => (await deliveryOf(gateways[1]!, id))?.state === 'delivered');
    // The same close again changes nothing, whichever gateway takes it.
    await expect(postClose(gateways[1]!, 'ONE')).rejects.toThrow('"repeated":true');
    // A window that ends with the forming candle decides nothing, and says when that closes.
    const closeTime = Math.ceil(Date.now() / 3_600_000 + 1) * 3_600_000;
    const early = await fetch(`${gateways[1]!.url}/api/candle-complete`, {
      method: 'POST',
      headers: { ...gateways[1]!.key, 'content-type': 'application/json' },
      body: JSON.stringify({ symbol: 'ONE', timeframe: '1h', candles: callingCandles('1h', { closeTime }) }),
    });
    expect(early.status).toBe(409);
    expect(await early.json()).toMatchObject({ code: 'not_closed', close_time: closeTime });
    expect(target.received.filter((post) => post.id === id)).toHaveLength(1);
    for (const client of [...prices, ...signals]) client.close();
  });

  it('one ingest works; after kill -9 the other takes over and clients miss nothing', async () => {
    const first = await activeIngest();
    const standby = ingests.find((one) => one !== first)!;
    expect(await standby.get('/ready')).toMatchObject({ ready: false });
    expect((await fetch(`${standby.url}/health`)).status).toBe(200);
    expect((await fetch(`${standby.url}/symbols`)).status).toBe(404);
    const prices = await connect(gateways[0]!, '/ws', { action: 'subscribe', symbol: 'BTCUSD' });
    await postClose(gateways[0]!, 'TWO', '4h');
    const signals = await followSignals(gateways[0]!, 'TWO');
    const { epoch, offset } = await signals.frame(({ type }) => type === 'subscribed');

    const killed = Date.now();
    await first.stop('SIGKILL');
    // Asked while nobody works: it waits for who takes over.
    const id = await until(() => postClose(gateways[1]!, 'TWO').catch(() => undefined), 60_000);
    await until(() => isReady(standby), 40_000);
    console.log(`takeover, to ready: ${Date.now() - killed} ms`);
    await prices.frame(
      (frame) => frame.type === 'price_update' && Number(frame['timestamp']) > killed + 5_000,
      40_000,
    );
    await until(() => isReady(gateways[0]!), 20_000);
    await signals.frame(({ signal_changed }) => signal_changed === true, 20_000);

    const resumed = await connect(gateways[1]!, '/ws/signals', {
      action: 'subscribe',
      symbol: 'TWO',
      since: { epoch, offset },
    });
    expect(await resumed.frame(({ type }) => type === 'subscribed', 15_000)).toMatchObject({
      recovered: true,
      epoch,
    });
    await resumed.frame(({ signal_changed }) => signal_changed === true);
    expect(offsetsOf(resumed)).toEqual(offsetsOf(signals));
    await until(async () => (await deliveryOf(gateways[0]!, id))?.state === 'delivered');
    expect(target.received.filter((post) => post.id === id)).toHaveLength(1);
    for (const client of [prices, signals, resumed]) client.close();
    ingests = [standby, await start('ingest')];
  });

  it('a delivery that dies in mid-post parks that post, and the other sends the rest', async () => {
    const [first, second] = deliveries as [RunningServer, RunningServer];
    expect(await second.stop()).toBe(0);
    let hanging = 0;
    target.answer = () => void (hanging += 1);
    const cut = await postClose(gateways[0]!, 'THREE');
    await until(() => hanging > 0);
    await start('delivery');
    await first.stop('SIGKILL');
    target.answer = takes;
    const next = await postClose(gateways[0]!, 'FOUR');
    await until(async () => (await deliveryOf(gateways[0]!, next))?.state === 'delivered', 30_000);
    await until(async () => (await deliveryOf(gateways[0]!, cut))?.state === 'parked', 60_000);
    expect(target.received.filter((post) => post.id === cut)).toHaveLength(1);
  });

  it('Redis may die and come back: gateways say so, the holder goes on, nothing is lost', async () => {
    const holder = await activeIngest();
    const [gateway] = gateways as [RunningServer];
    const prices = await connect(gateway, '/ws', { action: 'subscribe', symbol: 'BTCUSD' });
    await prices.frame(({ type }) => type === 'price_update');
    await redis.kill('SIGKILL');
    await until(async () => !(await isReady(gateway)), 20_000);
    await prices.frame(({ type, state }) => type === 'feed' && state === 'disconnected', 20_000);
    const back = Date.now();
    await redis.start();
    await until(() => isReady(gateway), 30_000);
    await prices.frame((frame) => frame.type === 'price_update' && Number(frame['timestamp']) > back, 20_000);
    expect(await activeIngest()).toBe(holder);
    const id = await postClose(gateway, 'FIVE');
    await until(async () => (await deliveryOf(gateway, id))?.state === 'delivered', 30_000);
    prices.close();
  });

  it('an ingest that stood still while another took over ends with 1', async () => {
    const first = await activeIngest();
    const standby = ingests.find((one) => one !== first)!;
    first.process.kill('SIGSTOP');
    await until(() => isReady(standby), 40_000);
    // What it does now is to be told that it is nobody any more.
    expect(await first.stop('SIGCONT')).toBe(1);
    ingests = [standby, await start('ingest')];
  });

  it('an ingest that is stopped hands over, and ends with 0', async () => {
    const first = await activeIngest();
    const standby = ingests.find((one) => one !== first)!;
    expect(await first.stop()).toBe(0);
    await until(() => isReady(standby), 30_000);
  });
});
