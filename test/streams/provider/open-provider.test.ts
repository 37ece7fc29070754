import { asyncScheduler, NEVER } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TickFault } from '../../../operators/ticks/tick-quality.ts';
import type { Tick } from '../../../schema/tick.ts';
import type { FeedFrame } from '../../../schema/wire.ts';
import { startSimulator } from '../../../simulator/start-simulator.ts';
import { realClock } from '../../../streams/clock/steady-clock.ts';
import { feedTime } from '../../../streams/provider/feed-time.ts';
import { createInstruments } from '../../../streams/provider/instruments.ts';
import type { Interruption } from '../../../streams/provider/interruptions.ts';
import { openProvider, type ProviderOptions } from '../../../streams/provider/open-provider.ts';
import { wallTime } from '../../../streams/provider/wall-time.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const until = (check: () => unknown) => vi.waitUntil(check, { timeout: 30_000, interval: 10 });

/** A provider on the simulator's socket and REST, with what comes of it. */
async function open(over: Partial<ProviderOptions> = {}) {
  const simulator = await startSimulator({});
  closers.push(simulator.close);
  const spreads: Tick[] = [];
  const rejected: TickFault[] = [];
  const lags = new Map<string, number>();
  const rest = { useful: 0, useless: [] as string[] };
  let refusedKey: unknown;
  const trusted = { steady: asyncScheduler, clock: asyncScheduler, observe: () => {}, set$: NEVER };
  const provider = openProvider({
    service: { ...simulator.urls, key: simulator.keys.provider },
    credits: { perMinute: 100, perDay: 1_000 },
    time: wallTime({ trusted, maxAheadMs: 5_000 }),
    steady: asyncScheduler,
    timeOfDay: () => asyncScheduler.now(),
    random: () => 0,
    watched: { always: ['BTCUSD'], max: 4 },
    isGuest: () => false,
    instruments: createInstruments(),
    isMarketOpen: () => true,
    staleMs: 60_000,
    spreads: { observe: (tick) => void spreads.push(tick) },
    scrub: (text) => text,
    onAway: () => {},
    onUseful: () => rest.useful++,
    onUseless: ({ message }) => rest.useless.push(message),
    onSpoilt: () => {},
    onSkipped: () => {},
    onRejected: (fault) => rejected.push(fault),
    onLag: (symbol, ms) => lags.set(symbol, ms),
    onKeyRefused: (error) => (refusedKey = error),
    ...over,
  });
  closers.push(provider.close);
  const ticks: Tick[] = [];
  const frames: FeedFrame[] = [];
  const unheard: Interruption[] = [];
  const listening = [
    provider.unheard$.subscribe((one) => unheard.push(one)),
    provider.ticks$.subscribe((tick) => ticks.push(tick)),
    provider.feed$.subscribe((event) => event.kind === 'state' && frames.push(provider.state())),
  ];
  closers.push(() => listening.forEach((one) => one.unsubscribe()));
  const begin = () => {
    const life = provider.begin();
    closers.push(() => life.unsubscribe());
  };
  return {
    simulator,
    provider,
    spreads,
    rejected,
    lags,
    rest,
    ticks,
    frames,
    unheard,
    begin,
    refusedKey: () => refusedKey,
  };
}

describe('openProvider', () => {
  it('connects when told to, and gives ticks, spreads, lags and the state of the feed', async () => {
    const { provider, ticks, frames, unheard, spreads, lags, begin } = await open();
    expect(provider.state()).toMatchObject({ type: 'feed', state: 'connecting' });
    expect(frames).toEqual([]);
    begin();
    await until(() => ticks.length >= 20 && lags.size > 0);
    expect(new Set(ticks.map(({ symbol }) => symbol))).toEqual(new Set(['BTCUSD']));
    expect(frames.map(({ state }) => state).slice(-1)).toEqual(['live']);
    expect(frames.at(-1)).toBe(provider.state());
    expect(unheard.at(-1)?.to).toBeLessThan(Infinity);
    expect(spreads).toEqual(ticks);
    expect(lags.get('BTCUSD')).toBeGreaterThanOrEqual(0);
  });

  it('rejects what comes from further ahead than its time allows', async () => {
    const trusted = {
      steady: asyncScheduler,
      clock: realClock(() => asyncScheduler.now() - 3_600_000),
      observe: () => {},
      set$: NEVER,
    };
    const { ticks, rejected, begin } = await open({ time: wallTime({ trusted, maxAheadMs: 5_000 }) });
    begin();
    await until(() => rejected.length >= 3);
    expect(new Set(rejected)).toEqual(new Set(['time']));
    expect(ticks).toEqual([]);
  });

  it('goes by the ticks where they are the clock', async () => {
    const time = feedTime();
    const { ticks, begin } = await open({ time });
    begin();
    await until(() => ticks.length >= 5);
    expect(time.clock.now()).toBe(Math.max(...ticks.map(({ eventTime }) => eventTime)));
  });

  it('lets a symbol in on the provider’s word, and takes it back on that of REST', async () => {
    const { provider, ticks, begin } = await open();
    begin();
    expect(await provider.watchList.watch('ETHUSD')).toBe('ok');
    await until(() => ticks.some(({ symbol }) => symbol === 'ETHUSD'));
    expect(await provider.watchList.watch('NOSUCH')).toBe('symbol_unknown');
    // The socket knows it: REST's word does not count.
    provider.refuse('ETHUSD');
    expect(provider.watchList.current()).toEqual(new Set(['BTCUSD', 'ETHUSD']));
  });

  it('says when REST was of use, and when not', async () => {
    const { provider, simulator, rest } = await open();
    const ask = () =>
      provider.rest.timeSeries({ symbol: 'BTCUSD', interval: '1min', outputSize: 5 }).catch(() => []);
    expect((await ask()).length).toBeGreaterThan(0);
    expect(rest).toEqual({ useful: 1, useless: [] });
    simulator.faults.rest.always = { status: 401, body: '{"code":401,"status":"error","message":"bad key"}' };
    await ask();
    expect([rest.useful, rest.useless.length]).toEqual([1, 1]);
  });

  it('ends with a refused key, and keeps secrets out of its reasons', async () => {
    const { refusedKey, begin, provider } = await open({
      ...(await refusing()),
      scrub: (text) => text.replaceAll('wrong-key', '[redacted]'),
    });
    const reasons: string[] = [];
    provider.feed$.subscribe((event) => {
      if (event.kind === 'state' && event.reason !== undefined) reasons.push(event.reason);
    });
    begin();
    await until(() => refusedKey() !== undefined);
    expect(reasons.join(' ')).not.toContain('wrong-key');
  });
});

/** A service that does not know the key. */
async function refusing(): Promise<Pick<ProviderOptions, 'service'>> {
  const other = await startSimulator({});
  closers.push(other.close);
  return { service: { ...other.urls, key: 'wrong-key' } };
}
