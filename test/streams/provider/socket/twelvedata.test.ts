import { describe, expect, it } from 'vitest';
import type { ProviderFacts } from '../../../../schema/symbol/instrument.ts';
import { RefusedKeyError } from '../../../../streams/provider/socket/twelvedata.ts';
import { listen, simulate, ticksOf, until, verdictsOf } from './feed-harness.ts';

describe('twelveDataFeed', () => {
  it('subscribes in one frame with the key in a header, and emits ticks of every symbol under public names', async () => {
    const simulator = await simulate();
    const heard = listen(simulator, ['BTCUSD', 'EURUSD', 'AAPL']);
    await until(() => new Set(ticksOf(heard).map((tick) => tick.symbol)).size === 3);
    expect(simulator.socket.receivedFrames().map((frame) => JSON.parse(frame.text))).toEqual([
      { action: 'subscribe', params: { symbols: 'BTC/USD,EUR/USD,AAPL' } },
    ]);
    const [request] = simulator.socket.requests();
    expect(request?.url).toBe('/v1/quotes/price');
    expect(request?.headers['x-td-apikey']).toBe(simulator.keys.provider);
    expect(heard.states()).toEqual(['connecting', 'live']);
    expect(verdictsOf(heard)).toEqual([
      { kind: 'symbols', accepted: ['BTCUSD', 'EURUSD', 'AAPL'], refused: [] },
    ]);
    const tick = ticksOf(heard)[0]!;
    expect(tick.eventTime % 1000).toBe(0);
    expect(tick.receivedTime).toBeGreaterThanOrEqual(tick.eventTime);
    expect(tick.price).toBeGreaterThan(0);
    expect(ticksOf(heard).find(({ symbol }) => symbol === 'AAPL')?.dayVolume).toBeGreaterThan(0);
  });

  it.each([
    ['under 200', undefined],
    ['under 401', { status: 401, body: '{"code":401,"message":"wrong","status":"error"}' }],
    ['under 403 without a body', { status: 403 }],
  ])('ends for ever when the key is refused %s', async (_, upgrade) => {
    const simulator = await simulate();
    simulator.faults.socket.upgrade = upgrade;
    const heard = listen(simulator, ['BTCUSD'], upgrade ? {} : { key: 'wrong' });
    await until(() => heard.error);
    expect(heard.error).toBeInstanceOf(RefusedKeyError);
    expect(heard.states()).toEqual(['connecting', 'refused']);
    expect(String(heard.error)).not.toContain('demo-provider-key');
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(simulator.socket.attempts()).toHaveLength(1);
  });

  it.each([
    ['429', { status: 429, body: '{"code":429,"message":"too many","status":"error"}' }],
    ['503 in HTML', { status: 503, body: '<html>' }],
    ['a web page under 403', { status: 403, body: '<html>Access denied</html>' }],
    ['a code of 500 under 200', { status: 200, body: '{"code":500,"status":"error"}' }],
    ['a cut connection', 'reset' as const],
  ])('tries again after %s at the upgrade', async (_, upgrade) => {
    const simulator = await simulate();
    simulator.faults.socket.upgrade = upgrade;
    const heard = listen(simulator);
    await until(() => heard.states().includes('disconnected'));
    simulator.faults.socket.upgrade = undefined;
    await until(() => ticksOf(heard).length > 0);
    expect(heard.states()).toEqual(['connecting', 'disconnected', 'connecting', 'live']);
  });

  it('reconnects after a clean close and after an outage, and subscribes again', async () => {
    const simulator = await simulate();
    const heard = listen(simulator);
    const lives = () => heard.states().filter((state) => state === 'live').length;
    await until(() => lives() === 1);
    simulator.socket.drop();
    await until(() => lives() === 2);
    await simulator.suspend('socket');
    await until(() => heard.states().filter((state) => state === 'disconnected').length >= 2);
    await simulator.resume('socket');
    await until(() => lives() === 3);
    expect(simulator.socket.connections()).toBe(1);
  });

  it('reports refused symbols with a reason and keeps the others', async () => {
    const simulator = await simulate();
    for (const acks of ['normal', 'strings'] as const) {
      simulator.faults.socket.acks = acks;
      const heard = listen(simulator, ['BTCUSD', 'NOSUCH']);
      await until(() => ticksOf(heard).length > 0);
      expect(verdictsOf(heard)).toEqual([
        {
          kind: 'symbols',
          accepted: ['BTCUSD'],
          refused: [{ symbol: 'NOSUCH', reason: 'refused by the provider' }],
        },
      ]);
    }
  });

  it('skips bad frames, counted by kind, and keeps the socket', async () => {
    const simulator = await simulate();
    const heard = listen(simulator);
    await until(() => ticksOf(heard).length > 0);
    const price = (fields: object) =>
      JSON.stringify({ event: 'price', symbol: 'BTC/USD', timestamp: 1_700_000_000, price: 1, ...fields });
    for (const frame of [
      '{"event":"pri',
      '[]',
      '{"event":"surprise"}',
      price({ price: null }),
      price({ price: -5 }),
      price({ price: '12' }),
      price({ timestamp: 'now' }),
      price({ symbol: 7 }),
      price({ symbol: 'DOGE/USD' }),
      '{"event":"error","code":400,"message":"no","status":"error"}',
      '{"code":429,"message":"slow down","status":"error"}',
    ]) {
      simulator.socket.inject(frame);
    }
    await until(() => heard.skipped.length === 11);
    const last = new Map(heard.skipped.map(({ kind, count }) => [kind, count]));
    expect(Object.fromEntries(last)).toEqual({
      not_json: 1,
      not_object: 1,
      unknown_event: 1,
      bad_price: 3,
      bad_time: 1,
      bad_symbol: 1,
      unknown_symbol: 1,
      error_400: 1,
      error_429: 1,
    });
    const before = ticksOf(heard).length;
    await until(() => ticksOf(heard).length > before);
    expect(heard.states()).toEqual(['connecting', 'live']);
  });

  it('adds and removes symbols on the open socket', async () => {
    const simulator = await simulate();
    const heard = listen(simulator);
    await until(() => ticksOf(heard).length > 0);
    heard.symbols$.next(new Set(['BTCUSD', 'ETHUSD']));
    await until(() => ticksOf(heard).some(({ symbol }) => symbol === 'ETHUSD'));
    heard.symbols$.next(new Set(['ETHUSD']));
    await until(() => simulator.socket.receivedFrames().length === 3);
    expect(simulator.socket.receivedFrames().map(({ text }) => text)).toEqual([
      '{"action":"subscribe","params":{"symbols":"BTC/USD"}}',
      '{"action":"subscribe","params":{"symbols":"ETH/USD"}}',
      '{"action":"unsubscribe","params":{"symbols":"BTC/USD"}}',
    ]);
    expect(simulator.socket.accepted()).toHaveLength(1);
  });

  it('closes its socket when it is unsubscribed', async () => {
    const simulator = await simulate();
    const heard = listen(simulator);
    await until(() => ticksOf(heard).length > 0);
    heard.subscription.unsubscribe();
    await until(() => simulator.socket.connections() === 0);
  });

  it("emits the prices of two listings of one ticker separately, and reports the provider's facts about them", async () => {
    const simulator = await simulate({ isOpen: () => true });
    const facts = new Map<string, ProviderFacts>();
    const heard = listen(simulator, ['RY', 'RY:TSX'], {
      onFacts: (symbol, said) => facts.set(symbol, { ...facts.get(symbol), ...said }),
      factsOf: (symbol) => facts.get(symbol) ?? {},
    });
    const pricesOf = (symbol: string) =>
      ticksOf(heard).flatMap((tick) => (tick.symbol === symbol ? tick.price : []));
    await until(() => pricesOf('RY').length > 3 && pricesOf('RY:TSX').length > 3);
    expect(Math.max(...pricesOf('RY'))).toBeLessThan(Math.min(...pricesOf('RY:TSX')));
    expect(verdictsOf(heard)).toEqual([{ kind: 'symbols', accepted: ['RY', 'RY:TSX'], refused: [] }]);
    expect(facts.get('RY:TSX')).toMatchObject({ exchange: 'TSX', micCode: 'XTSE', currency: 'CAD' });
    expect(facts.get('RY')).toMatchObject({ exchange: 'NYSE', type: 'Common Stock' });
  });

  it('drops prices of an ambiguous listing, and reports that once', async () => {
    const simulator = await simulate({ isOpen: () => true });
    simulator.faults.socket.mangle = ({ event, symbol, timestamp, price }) => [
      { event, symbol, timestamp, price },
    ];
    const heard = listen(simulator, ['RY', 'RY:TSX', 'BTCUSD']);
    await until(() => heard.skipped.filter(({ kind }) => kind === 'ambiguous_symbol').length > 2);
    expect(ticksOf(heard).every(({ symbol }) => symbol === 'BTCUSD')).toBe(true);
    const refused = verdictsOf(heard).flatMap((verdict) => verdict.refused);
    expect(refused.map(({ symbol }) => symbol)).toEqual(['RY', 'RY:TSX']);
    expect(refused[0]).toMatchObject({
      isUnanswered: true,
      reason: expect.stringContaining('cannot be told apart') as string,
    });
  });
});
