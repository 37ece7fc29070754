import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../manual-clock.ts';
import { listen, simulate, ticksOf, until, verdictsOf, type Heard } from './feed-harness.ts';

const minute = 60_000;

const reasonsOf = ({ events }: Heard) =>
  events.flatMap((event) => (event.kind === 'state' && event.reason !== undefined ? event.reason : []));
const timesOf = ({ events }: Heard, state: string) =>
  events.flatMap((event) => (event.kind === 'state' && event.state === state ? event.at : []));

async function live(options: Parameters<typeof listen>[2] = {}, symbols = ['BTCUSD']) {
  const simulator = await simulate();
  const clock = new ManualClock();
  const heard = listen(simulator, symbols, { clock, ...options });
  await clock.advance(1_000, { step: 50 });
  await until(() => ticksOf(heard).length > 0);
  return { simulator, clock, heard };
}

describe('twelveDataFeed over time', () => {
  it('sends a heartbeat and a ping every 10 s', async () => {
    const { simulator, clock } = await live();
    await clock.advance(30_000);
    const beats = simulator.socket.receivedFrames().filter(({ text }) => text === '{"action":"heartbeat"}');
    expect(beats).toHaveLength(3);
  });

  it('detects a half-open socket within 35 s and opens another', async () => {
    const { simulator, clock, heard } = await live();
    await clock.advance(15_000);
    simulator.faults.socket.halfOpen = true;
    const from = clock.now();
    while (!heard.states().includes('disconnected') && clock.now() - from < 60_000) await clock.advance(250);
    simulator.faults.socket.halfOpen = false;
    expect(timesOf(heard, 'disconnected')[0]! - from).toBeLessThanOrEqual(35_000);
    expect(reasonsOf(heard)[0]).toContain('nothing heard');
    await clock.advance(5_000);
    await until(() => heard.states().filter((state) => state === 'live').length === 2);
    expect(simulator.socket.connections()).toBe(1);
  });

  it('reports silence in an open market, opens another socket, and does so less and less often', async () => {
    const { simulator, clock, heard } = await live();
    simulator.faults.socket.silent = true;
    await clock.advance(minute + 2_000);
    expect(heard.states().slice(0, 4)).toEqual(['connecting', 'live', 'silent', 'disconnected']);
    await clock.advance(10 * minute, { step: 5_000 });
    expect(simulator.socket.accepted().length).toBeLessThanOrEqual(4);
    expect(simulator.socket.accepted().length).toBeGreaterThanOrEqual(3);
    expect(heard.states().filter((state) => state === 'live')).toHaveLength(1);
    simulator.faults.socket.silent = false;
    await until(() => heard.states().at(-1) === 'live');
  });

  it('tolerates silence in a closed market, and counts it from the opening on', async () => {
    let isOpen = false;
    const { simulator, clock, heard } = await live({ isMarketOpen: () => isOpen });
    simulator.faults.socket.silent = true;
    await clock.advance(20 * minute, { step: 5_000 });
    expect(heard.states()).toEqual(['connecting', 'closed_market', 'live', 'closed_market']);
    expect(simulator.socket.accepted()).toHaveLength(1);
    isOpen = true;
    await clock.advance(50_000);
    expect(heard.states().at(-1)).toBe('closed_market');
    await clock.advance(15_000);
    expect(heard.states()).toContain('silent');
  });

  it('considers the market hours of the watched symbols only', async () => {
    const { simulator, clock, heard } = await live({ isMarketOpen: (symbol) => symbol === 'BTCUSD' }, [
      'EURUSD',
    ]);
    simulator.faults.socket.silent = true;
    await clock.advance(2 * minute, { step: 5_000 });
    expect(heard.states().at(-1)).toBe('closed_market');
    heard.symbols$.next(new Set(['EURUSD', 'BTCUSD']));
    await clock.advance(90_000, { step: 5_000 });
    expect(heard.states()).toContain('silent');
  });

  it('expects no price of a refused symbol', async () => {
    const { simulator, clock, heard } = await live({ isMarketOpen: (symbol) => symbol === 'BTCUSD' }, [
      'EURUSD',
    ]);
    simulator.faults.socket.silent = true;
    simulator.faults.socket.refused = new Set(['BTC/USD']);
    heard.symbols$.next(new Set(['EURUSD', 'BTCUSD']));
    await clock.advance(300);
    await until(() => verdictsOf(heard).some(({ refused }) => refused.length > 0));
    await clock.advance(5 * minute, { step: 5_000 });
    expect(heard.states().at(-1)).toBe('closed_market');
    expect(simulator.socket.accepted()).toHaveLength(1);
  });

  it('reports a closed market also without an acknowledgement', async () => {
    const simulator = await simulate();
    simulator.faults.socket.acks = 'missing';
    simulator.faults.socket.silent = true;
    const clock = new ManualClock();
    const heard = listen(simulator, ['EURUSD'], { clock, isMarketOpen: () => false });
    await until(() => simulator.socket.connections() === 1);
    await clock.advance(minute + 2_000, { step: 1_000 });
    expect(heard.states()).toEqual(['connecting', 'closed_market']);
  });

  it('reports subscriptions not acknowledged in 10 s, and accepts them with their first price', async () => {
    const simulator = await simulate();
    simulator.faults.socket.acks = 'missing';
    simulator.faults.socket.silent = true;
    const clock = new ManualClock();
    const heard = listen(simulator, ['BTCUSD', 'NOSUCH'], { clock });
    await until(() => simulator.socket.connections() === 1);
    await clock.advance(9_000);
    expect(verdictsOf(heard)).toEqual([]);
    await clock.advance(4_000);
    const refused = ['BTCUSD', 'NOSUCH'].map((symbol) => ({
      symbol,
      reason: 'not acknowledged in 10000 ms',
      isUnanswered: true,
    }));
    expect(verdictsOf(heard)).toEqual([{ kind: 'symbols', accepted: [], refused }]);
    simulator.faults.socket.silent = false;
    await until(() => ticksOf(heard).length > 0);
    expect(verdictsOf(heard)[1]).toEqual({ kind: 'symbols', accepted: ['BTCUSD'], refused: [] });
  });

  it('requests a refused symbol again after a quarter of an hour, not before, not even on a new socket', async () => {
    const { simulator, clock, heard } = await live({}, ['BTCUSD', 'ETHUSD']);
    simulator.faults.socket.refused = new Set(['ETH/USD']);
    // A closed market, so that fast time does not count as silence.
    const second = listen(simulator, ['BTCUSD', 'ETHUSD'], { clock, isMarketOpen: () => false });
    await clock.advance(5_000);
    await until(() => verdictsOf(second).length > 0);
    heard.subscription.unsubscribe();
    simulator.faults.socket.refused = new Set();
    const asked = () =>
      simulator.socket.receivedFrames().filter(({ text }) => text.includes('ETH/USD')).length;
    const before = asked();
    simulator.socket.drop();
    await clock.advance(13 * minute, { step: 5_000 });
    expect(asked()).toBe(before);
    await clock.advance(4 * minute, { step: 5_000 });
    expect(asked()).toBe(before + 1);
    await until(() => ticksOf(second).some(({ symbol }) => symbol === 'ETHUSD'));
    expect(verdictsOf(second).at(-1)).toEqual({ kind: 'symbols', accepted: ['ETHUSD'], refused: [] });
  });

  it('waits longer after each failure, between half a second and 30 s, with full jitter', async () => {
    const simulator = await simulate();
    simulator.faults.socket.upgrade = { status: 503 };
    const clock = new ManualClock();
    const slow = listen(simulator, ['BTCUSD'], { clock, random: () => 0.999 });
    const quick = listen(simulator, ['BTCUSD'], { clock, random: () => 0 });
    await clock.advance(3 * minute, { step: 100, realMs: 1 });
    const gaps = (heard: Heard) => {
      const tries = timesOf(heard, 'connecting');
      return tries.slice(1).map((at, i) => Math.round((at - tries[i]!) / 1_000));
    };
    expect(gaps(slow).slice(0, 7)).toEqual([1, 2, 4, 8, 16, 30, 30]);
    expect(new Set(gaps(quick))).toEqual(new Set([1]));
  });

  it('abandons an upgrade without an answer in 15 s', async () => {
    const simulator = await simulate();
    const deaf = createServer(() => {});
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
    const { port } = deaf.address() as AddressInfo;
    const clock = new ManualClock();
    const heard = listen(simulator, ['BTCUSD'], { clock, url: `ws://127.0.0.1:${port}/` });
    await clock.advance(14_000);
    expect(heard.states()).toEqual(['connecting']);
    await clock.advance(1_400, { step: 200 });
    expect(heard.states()).toEqual(['connecting', 'disconnected']);
    expect(reasonsOf(heard)).toEqual(['no answer to the upgrade in 15000 ms']);
    heard.subscription.unsubscribe();
    deaf.close();
  });

  it('waits for the Retry-After of a 429 at the upgrade', async () => {
    const simulator = await simulate();
    simulator.faults.socket.upgrade = { status: 429, headers: { 'retry-after': '90' } };
    const clock = new ManualClock();
    listen(simulator, ['BTCUSD'], { clock });
    await clock.advance(85_000);
    expect(simulator.socket.attempts()).toHaveLength(1);
    await clock.advance(10_000);
    expect(simulator.socket.attempts()).toHaveLength(2);
  });

  it('detects that another program uses the key, and reconnects slowly', async () => {
    const simulator = await simulate({
      plan: { connections: 1, symbols: 8, creditsPerMinute: 8, creditsPerDay: 800 },
    });
    const clock = new ManualClock();
    const ours = listen(simulator, ['BTCUSD'], { clock, random: () => 0.5 });
    const theirs = listen(simulator, ['BTCUSD'], { clock, random: () => 0.5 });
    await clock.advance(5 * minute, { step: 500 });
    expect(reasonsOf(ours).join()).toContain('is the key in use elsewhere?');
    expect(timesOf(ours, 'connecting').length + timesOf(theirs, 'connecting').length).toBeLessThan(40);
    expect(simulator.socket.connections()).toBeLessThanOrEqual(1);
  });

  it('never sends more than 100 frames a minute, and ends with the symbols that are wanted', async () => {
    const { simulator, clock, heard } = await live();
    for (let i = 0; i < 120; i++) {
      heard.symbols$.next(new Set(i % 2 === 0 ? ['BTCUSD', 'ETHUSD'] : ['BTCUSD', 'XAUUSD']));
      await clock.advance(400, { step: 400, realMs: 1 });
    }
    expect(simulator.socket.receivedFrames().length).toBeLessThan(100);
    await clock.advance(90_000);
    const before = ticksOf(heard).length;
    await until(() =>
      ticksOf(heard)
        .slice(before)
        .some(({ symbol }) => symbol === 'XAUUSD'),
    );
    expect(heard.skipped.map(({ kind }) => kind).filter((kind) => kind.startsWith('error'))).toEqual([]);
  });

  it('passes late, repeated and disordered prices on unchanged: later operators reject them', async () => {
    const { simulator, heard } = await live();
    const sent: string[] = [];
    simulator.faults.socket.mangle = (event, n) => {
      const late = { ...event, timestamp: event.timestamp - 65 };
      const ahead = { ...event, timestamp: event.timestamp + 9_999 };
      const frames = n % 3 === 0 ? [event, event] : n % 3 === 1 ? [late, event] : [ahead];
      sent.push(...frames.map(({ timestamp, price }) => `${timestamp} ${price}`));
      return frames;
    };
    const before = ticksOf(heard).length;
    await until(() => sent.length > 20 && ticksOf(heard).length > before + 20);
    const got = ticksOf(heard).map(({ eventTime, price }) => `${eventTime / 1000} ${price}`);
    const first = got.indexOf(sent[0]!);
    expect(got.slice(first, first + 20)).toEqual(sent.slice(0, 20));
  });
});
