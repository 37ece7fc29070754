import { afterAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { connect, type Frame } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

let world: World | undefined;
afterAll(() => world?.dispose());

describe('a symbol asked for while the provider is away', () => {
  it('is lost again when the provider does not know it, costs no credit, and leaves its place to others', async () => {
    world = await createWorld(
      { SYMBOLS: 'BTC/USD', MAX_SYMBOLS: '2', TIMEFRAMES: '1min' },
      { symbols: ['BTC/USD', 'ETH/USD'] },
    );
    const { faults, rest } = world.simulator;
    faults.socket.upgrade = { status: 503, body: 'away' };
    const server = await world.start();
    const asked = { action: 'subscribe', symbol: 'NOSUCH' };
    const [prices, signals] = await Promise.all([
      connect(server, '/ws', asked),
      connect(server, '/ws/signals', asked),
    ]);
    const isSubscribed = ({ type }: Frame) => type === 'subscribed';
    await Promise.all([prices.frame(isSubscribed), signals.frame(isSubscribed)]);
    const other = await connect(server, '/ws', { action: 'subscribe', symbol: 'ETHUSD' });
    await other.frame(({ code }) => code === 'symbol_limit');

    faults.socket.upgrade = undefined;
    const isUnknown = ({ code }: Frame) => code === 'symbol_unknown';
    await Promise.all([prices.frame(isUnknown, 40_000), signals.frame(isUnknown, 40_000)]);
    const names = async () =>
      (await server.get<{ symbols: { symbol: string }[] }>('/symbols')).symbols.map(({ symbol }) => symbol);
    expect(await names()).toEqual(['BTCUSD']);
    expect(rest.requests().filter((path) => path.includes('NOSUCH'))).toEqual([]);
    other.close();
    const again = await connect(server, '/ws', { action: 'subscribe', symbol: 'ETHUSD' });
    await again.frame(({ type, symbol }) => type === 'price_update' && symbol === 'ETHUSD');
    await until(() => rest.requests().some((path) => path.includes('ETH')));
  });
});
