import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { connect, type RunningServer } from '../support/server.ts';
import { createWorld, postClose, type World } from '../support/world.ts';

interface Watched {
  readonly symbol: string;
  readonly analysed: boolean;
  readonly history?: Record<string, number>;
}

describe('a symbol that a visitor asks for', () => {
  let world: World | undefined;
  afterEach(() => world?.dispose());

  const serve = async (environment: Record<string, string>): Promise<RunningServer> => {
    world = await createWorld(
      { SYMBOLS: 'BTC/USD', TIMEFRAMES: '1min', ...environment },
      { symbols: ['BTC/USD', 'ETH/USD'] },
    );
    return world.start();
  };
  const visit = async (server: RunningServer) => {
    const prices = await connect(server, '/ws', {
      action: 'subscribe',
      symbols: ['BTCUSD', 'ETHUSD'],
      timeframes: ['1min'],
    });
    await prices.frame(({ type, symbol }) => type === 'price_update' && symbol === 'ETHUSD', 20_000);
    return prices;
  };
  /** Closes that were decided last, as whoever subscribes to signals is told at once: a WAIT that changes nothing is not broadcast. */
  const decided = async (server: RunningServer, symbol: string): Promise<number[]> => {
    const client = await connect(server, '/ws/signals', { action: 'subscribe', symbol });
    // The state of the feed comes behind the snapshot.
    await client.frame(({ type }) => type === 'feed');
    client.close();
    return client.frames
      .filter(({ type }) => type === 'signal_update')
      .map(({ signal }) => (signal as { close_time: number }).close_time);
  };
  const described = async (server: RunningServer, wanted: string) =>
    (await server.get<{ symbols: Watched[] }>('/symbols')).symbols.find(({ symbol }) => symbol === wanted);

  it('gives prices and candles, and no decision while those of the configured ones come', async () => {
    const server = await serve({});
    const prices = await visit(server);
    await until(async () => (await described(server, 'ETHUSD'))?.history?.['1min'] === 250, 30_000);
    const since = Date.now();
    // The same minute closes for both; only one of them is decided on.
    await prices.frame(
      ({ type, symbol, closed }) => type === 'candle' && symbol === 'ETHUSD' && closed === true,
      80_000,
    );
    await until(async () => (await decided(server, 'BTCUSD')).some((close) => close > since), 80_000);
    expect(await decided(server, 'ETHUSD')).toEqual([]);
    expect(await described(server, 'BTCUSD')).toMatchObject({ analysed: true });
    expect(await described(server, 'ETHUSD')).toMatchObject({ analysed: false });
    expect((await server.get<{ signals: unknown[] }>('/signals')).signals).not.toContainEqual(
      expect.objectContaining({ symbol: 'ETHUSD' }),
    );
    // The operator, who has the right to post, is taken at their word for any symbol.
    const id = await postClose(server, 'ETHUSD');
    await until(() => world!.simulator.received().some(({ idempotencyKey }) => idempotencyKey === id));
  });

  it('is analysed too where that is allowed', async () => {
    const server = await serve({ VISITORS_MAY_ADD: 'signals' });
    await visit(server);
    await until(async () => (await decided(server, 'ETHUSD')).length > 0, 80_000);
    expect(await described(server, 'ETHUSD')).toMatchObject({ analysed: true });
  });

  it('is refused by name where none may be added', async () => {
    const server = await serve({ VISITORS_MAY_ADD: 'none' });
    for (const path of ['/ws', '/ws/signals']) {
      const client = await connect(server, path, { action: 'subscribe', symbols: ['BTCUSD', 'ETHUSD'] });
      expect(await client.frame(({ type }) => type === 'subscribed')).toMatchObject({ symbols: ['BTCUSD'] });
      expect(await client.frame(({ type }) => type === 'error')).toMatchObject({
        code: 'symbol_not_offered',
        message: 'this server watches its own symbols alone, not ETHUSD',
      });
      client.close();
    }
    expect(await described(server, 'ETHUSD')).toBeUndefined();
  });
});
