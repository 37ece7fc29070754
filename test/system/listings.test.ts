import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { connect, type Frame, type RunningServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

interface Watched {
  readonly symbol: string;
  readonly provider_symbol: string;
  readonly state: string;
  readonly asset_class: string;
  readonly type?: string;
  readonly exchange?: string;
  readonly mic_code?: string;
  readonly last: { readonly price: number } | null;
  readonly history?: Readonly<Record<string, number>>;
  readonly hours: {
    readonly market: string;
    readonly decided_by: string;
    readonly open: boolean;
    readonly warning?: string;
  };
}

let world: World;
let server: RunningServer;

beforeAll(async () => {
  world = await createWorld(
    {
      SYMBOLS: 'RY,RY:TSX,VOD:LSE,GDAXI,NESN:SIX,RELIANCE:NSE,WTI/USD,BTC/USD,BTC/USD:Binance,USD/IDR',
      MAX_SYMBOLS: '20',
      TIMEFRAMES: '1min,5min',
    },
    // Every exchange trades on, whatever day the test runs on.
    { isOpen: () => true },
  );
  server = await world.start();
});
afterAll(() => world?.dispose());

const symbols = async () => {
  const answer = await server.get<{ symbols: Watched[] }>('/symbols');
  return new Map(answer.symbols.map((one) => [one.symbol, one]));
};

describe('listings and instruments, from the socket to the page', () => {
  it('asks the provider for its own form of each symbol', async () => {
    const asked = () =>
      world.simulator.socket
        .receivedFrames()
        .map(({ text }) => JSON.parse(text) as { action: string; params?: { symbols: string } })
        .filter(({ action }) => action === 'subscribe')
        .flatMap(({ params }) => params!.symbols.split(','));
    await until(() => asked().length > 0, 30_000);
    const forms = 'RY,RY:TSX,VOD:LSE,GDAXI,NESN:SIX,RELIANCE:NSE,WTI/USD,BTC/USD,BTC/USD:Binance,USD/IDR';
    expect(asked().toSorted()).toEqual(forms.split(',').toSorted());
  });

  it('tells two listings of one ticker apart in prices, on the socket and in /symbols', async () => {
    const feed = await connect(server, '/ws', { action: 'subscribe', symbols: ['RY', 'ry:tsx'] });
    const answer = await feed.frame(({ type }) => type === 'subscribed');
    expect(answer['symbols']).toEqual(['RY', 'RY:TSX']);
    const prices = new Map<string, number[]>();
    await until(() => {
      prices.clear();
      for (const { type, symbol, price } of feed.frames as readonly Frame[])
        if (type === 'price_update')
          prices.set(String(symbol), [...(prices.get(String(symbol)) ?? []), Number(price)]);
      return ['RY', 'RY:TSX'].every((symbol) => (prices.get(symbol)?.length ?? 0) >= 8);
    }, 60_000);
    feed.close();
    // The stand-in's prices of the two lie a third apart and do not meet.
    const [newYork, toronto] = [prices.get('RY')!, prices.get('RY:TSX')!];
    expect(Math.max(...newYork)).toBeLessThan(Math.min(...toronto));
    const all = await symbols();
    expect(all.get('RY')).toMatchObject({ exchange: 'NYSE', mic_code: 'XNYS', type: 'Common Stock' });
    expect(all.get('RY:TSX')).toMatchObject({ exchange: 'TSX', mic_code: 'XTSE', provider_symbol: 'RY:TSX' });
  });

  it('tells them apart in candles', async () => {
    const closes = async (symbol: string) =>
      (
        await server.get<{ candles: { close: number }[] }>(`/candles/${symbol}?interval=1min&outputsize=50`)
      ).candles.map(({ close }) => close);
    const [newYork, toronto] = await until(async () => {
      const both = [await closes('RY'), await closes('RY:TSX')];
      return both.every(({ length }) => length >= 50) && both;
    }, 60_000);
    expect(Math.max(...newYork!)).toBeLessThan(Math.min(...toronto!));
  });

  it('says in /symbols what the provider says of each, whose hours it keeps, and who decided', async () => {
    const all = await until(async () => {
      const now = await symbols();
      return ['RY', 'VOD:LSE', 'GDAXI', 'USDIDR'].every((one) => now.get(one)?.last) && now;
    }, 60_000);
    const hours = (symbol: string) => [
      all.get(symbol)?.asset_class,
      all.get(symbol)?.hours.market,
      all.get(symbol)?.hours.decided_by,
    ];
    expect(hours('RY')).toEqual(['equity', 'new_york', 'provider']);
    expect(hours('RY:TSX')).toEqual(['equity', 'toronto', 'provider']);
    expect(hours('VOD:LSE')).toEqual(['equity', 'london', 'provider']);
    expect(hours('GDAXI')).toEqual(['equity', 'xetra', 'provider']);
    expect(all.get('GDAXI')?.type).toBe('Index');
    expect(hours('WTIUSD')).toEqual(['commodity', 'commodity', 'provider']);
    expect(hours('USDIDR')).toEqual(['forex', 'forex', 'provider']);
    expect(hours('BTCUSD:BINANCE')).toEqual(['crypto', 'always', 'provider']);
    expect(hours('NESN:SIX')).toEqual(['equity', 'unknown', 'symbol']);
    expect(all.get('NESN:SIX')?.hours.warning).toMatch(/^NESN:SIX: the hours of SIX are not known/);
  });

  it('names at the start, and in /health, the symbols whose hours are not known', async () => {
    const warnings = server.log.filter(({ level, symbol }) => Number(level) === 40 && symbol === 'NESN:SIX');
    expect(warnings.map(({ msg }) => msg).join(' ')).toMatch(/the hours of SIX are not known.*any time/);
    const health = await server.get<{ parts: { hours: { state: string; reason: string } } }>('/health');
    expect(health.parts.hours.state).toBe('degraded');
    expect(health.parts.hours.reason).toContain('NESN:SIX');
  });
});
