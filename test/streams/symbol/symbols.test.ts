import { Subject } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { windowGrid } from '../../../models/calendar/window-grid.ts';
import { jumpLimitsOf } from '../../../models/chart/jump-limits.ts';
import { NOTHING_RESTORED } from '../../../operators/signals/signal-input.ts';
import { createLagBook } from '../../../operators/ticks/lag-book.ts';
import type { Tick } from '../../../schema/tick.ts';
import type { ClockSet } from '../../../streams/clock/trusted-clock.ts';
import { feedTime } from '../../../streams/provider/feed-time.ts';
import type { Interruption } from '../../../streams/provider/interruptions.ts';
import type { MarketTime } from '../../../streams/provider/market-time.ts';
import { wallTime } from '../../../streams/provider/wall-time.ts';
import { createWatchList } from '../../../streams/provider/watch-list.ts';
import type { RestoredSymbol } from '../../../streams/symbol/symbol-actor.ts';
import type { SymbolOutput } from '../../../streams/symbol/symbol-messages.ts';
import { symbols } from '../../../streams/symbol/symbols.ts';
import { ManualClock } from '../../manual-clock.ts';
import { deskOptions, tickAt } from '../../operators/signals/signal-samples.ts';

const start = Date.UTC(2026, 0, 7, 12);
const until = (check: () => unknown) => vi.waitUntil(check, { timeout: 10_000, interval: 5 });

const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** All actors, with nothing in their store and nothing that REST gives. */
function open({
  time,
  restore = () => Promise.resolve(empty()),
}: {
  time?: MarketTime;
  restore?: (symbol: string) => Promise<RestoredSymbol>;
} = {}) {
  const clock = new ManualClock(start);
  const set$ = new Subject<ClockSet>();
  const trusted = { steady: clock, clock, observe: () => {}, set$ };
  const verdicts$ = new Subject<never>();
  const watchList = createWatchList({ clock, always: ['BTCUSD', 'EURUSD'], max: 9, verdicts$ });
  const ticks$ = new Subject<Tick>();
  const unheard$ = new Subject<Interruption>();
  const changed$ = new Subject<string>();
  const { symbol: _, now: __, restored: ___, expiresAt: ____, ...desk } = deskOptions(() => clock.now());
  const failures: [string, string][] = [];
  const all = symbols({
    time: time ?? wallTime({ trusted, maxAheadMs: 500 }),
    provider: {
      watchList,
      ticks$,
      unheard$,
      lags: createLagBook(),
      rest: { timeSeries: () => Promise.resolve(Object.assign([], { spoilt: [] })) },
    },
    actor: {
      timeframes: ['1min'],
      historySize: 250,
      graceMs: 1_000,
      marketOf: () => ({ isOpen: () => true, openMillis: (from, to) => to - from, nextOpen: (at) => at }),
      jumpLimitsOf: () => jumpLimitsOf('crypto'),
      gridOf: (_symbol, timeframe) => windowGrid(timeframe, { alignment: 'utc', assetClass: 'crypto' }),
      isProviderGrid: () => true,
      restore,
      analyser: { analyse: () => Promise.reject(new Error('nothing to analyse')) },
      desk,
      onLate: () => {},
      onRestFailure: () => {},
      onAnalysisFailure: () => {},
      onSuperseded: () => {},
    },
    changed$,
    isNeeded: () => false,
    mostOutside: 1,
    onWatched: () => {},
    onRestart: (symbol, error) => failures.push([symbol, (error as Error).message]),
    onStop: (symbol, error) => failures.push([symbol, (error as Error).message]),
  });
  const said: SymbolOutput[] = [];
  const running = all.outputs$.subscribe((output) => said.push(output));
  closers.push(() => running.unsubscribe(), all.close, watchList.close);
  const starts = (symbol: string) =>
    said.filter((output) => output.kind === 'started' && output.symbol === symbol).length;
  return { all, said, starts, failures, ticks$, unheard$, changed$, set$, watchList };
}

const empty = (): RestoredSymbol => ({
  candles: new Map(),
  minutes: [],
  empty: new Map(),
  signals: NOTHING_RESTORED,
});

describe('symbols', () => {
  it('starts an actor for each symbol that is followed', async () => {
    const { all } = open();
    expect(all.isRunning('BTCUSD')).toBe(false);
    await until(() => all.isRunning('BTCUSD') && all.isRunning('EURUSD'));
    expect([...all.histories.keys()]).toEqual(['BTCUSD', 'EURUSD']);
  });

  it('tells whoever waits for a symbol that is given up meanwhile', async () => {
    const { all } = open();
    const released: string[] = [];
    all.released$.subscribe((symbol) => released.push(symbol));
    const told = all.tell({ kind: 'watch', symbol: 'GONEUSD' }).catch((error: Error) => error.name);
    await all.tell({ kind: 'watch', symbol: 'OTHERUSD' });
    expect(await told).toBe('SymbolUnavailableError');
    expect(released).toEqual(['GONEUSD']);
    expect([...all.outside.names()]).toEqual(['OTHERUSD']);
  });

  it('begins all anew when the time of day is set, and counts no failure', async () => {
    const { all, starts, failures, set$ } = open();
    await until(() => all.isRunning('BTCUSD') && all.isRunning('EURUSD'));
    set$.next({ from: start, to: start + 3_600_000 });
    expect([all.isRunning('BTCUSD'), all.isRunning('EURUSD')]).toEqual([false, false]);
    await until(() => starts('BTCUSD') === 2 && starts('EURUSD') === 2);
    expect(failures).toEqual([]);
  });

  it('begins one anew that turns out to keep other hours', async () => {
    const { all, starts, changed$ } = open();
    await until(() => all.isRunning('BTCUSD') && all.isRunning('EURUSD'));
    changed$.next('EURUSD');
    changed$.next('NOBODYS');
    await until(() => starts('EURUSD') === 2);
    expect([starts('BTCUSD'), starts('NOBODYS')]).toEqual([1, 0]);
  });

  it('tells of one that stands still, and lets nobody wait for it', async () => {
    vi.useFakeTimers();
    closers.push(() => vi.useRealTimers());
    const { all, failures } = open({
      restore: (symbol) =>
        symbol === 'EURUSD' ? Promise.reject(new Error('no such table')) : Promise.resolve(empty()),
    });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(failures.slice(0, 1)).toEqual([['EURUSD', 'no such table']]);
    expect([...all.stopped.keys()]).toEqual(['EURUSD']);
    await expect(all.tell({ kind: 'watch', symbol: 'EURUSD' })).rejects.toThrow('stands still');
    expect(all.isRunning('BTCUSD')).toBe(true);
  });

  it('starts none before the time is known, and takes nothing but a wish to start one', async () => {
    const time = feedTime();
    const { all, said, ticks$ } = open({ time });
    await new Promise(setImmediate);
    expect(said).toEqual([]);
    const close = { kind: 'interruption', symbol: 'OUTUSD', from: 0, to: 1, reason: 'a test' } as const;
    await expect(all.tell(close)).rejects.toMatchObject({ code: 'time_unknown' });
    const told = all.tell({ kind: 'watch', symbol: 'OUTUSD' });
    const confirm$ = new Subject<Tick>();
    confirm$.pipe(time.accept(createLagBook(), () => {})).subscribe(ticks$);
    for (const s of [0, 1, 2]) confirm$.next(tickAt(start + s * 1_000, 100).tick);
    await told;
    await until(() => all.isRunning('EURUSD'));
  });
});
