import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Subscription, Subject } from 'rxjs';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { openAnalysis, type Analysis } from '../../../app/ingest/analysis.ts';
import { createContext, createSurroundings, type Context } from '../../../app/context.ts';
import { openPool } from '../../../app/open-pool.ts';
import { type OpenSymbols, openSymbols } from '../../../app/ingest/open-symbols.ts';
import { openWriter, type WrittenStorage } from '../../../app/ingest/open-writer.ts';
import { openStorage } from '../../../app/storage.ts';
import { parseConfig } from '../../../config.ts';
import { createLagBook, type LagBook } from '../../../operators/ticks/lag-book.ts';
import type { Tick } from '../../../schema/tick.ts';
import type { Interruption } from '../../../streams/provider/interruptions.ts';
import type { Provider } from '../../../streams/provider/open-provider.ts';
import { ProviderError } from '../../../streams/provider/rest/parse-time-series.ts';
import type { SymbolOutput } from '../../../streams/symbol/symbol-messages.ts';
import { createWatchList, type SymbolVerdict, type WatchList } from '../../../streams/provider/watch-list.ts';
import { candleAt, closeOf } from '../../operators/signals/signal-samples.ts';
import { quiet } from '../../support/services/database.ts';
import { decisionOf } from '../../operators/signals/signal-samples.ts';
import { until } from '../../support/until.ts';
import { dataFolder } from '../../support/server.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('openSymbols', () => {
  const stack = new AsyncDisposableStack();
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let context: Context;
  let storage: WrittenStorage;
  let analysis: Analysis;
  let symbols: OpenSymbols;
  let watchList: WatchList;
  let lags: LagBook;
  let running: Subscription;
  let verdicts$: Subject<SymbolVerdict>;
  const ticks$ = new Subject<Tick>();
  const unheard$ = new Subject<Interruption>();
  const said: SymbolOutput[] = [];

  beforeAll(async () => {
    folder = await dataFolder();
    const config = parseConfig({
      TWELVEDATA_API_KEY: 'a-key',
      SYMBOLS: 'BTC/USD',
      MAX_SYMBOLS: '1000',
      DATA_DIR: folder.path,
    });
    const surroundings = await createSurroundings(config, quiet, stack);
    const opened = await openStorage(surroundings);
    context = await createContext(surroundings, opened.store);
    await opened.store.term.take('a test');
    storage = { ...opened, writer: openWriter(context, opened.store) };
    analysis = await openAnalysis(context, opened.store, openPool(context));
  });
  afterAll(async () => {
    await stack.disposeAsync();
    await folder.remove();
  });

  /** The composition as it runs, but for the provider: its ticks come from the test, and its REST has nothing. */
  beforeEach(() => {
    verdicts$ = new Subject<SymbolVerdict>();
    watchList = createWatchList({
      clock: context.wall,
      always: ['BTCUSD'],
      max: 1_000,
      asksPerMinute: Infinity,
      releaseAfterMs: 1,
      verdictWithinMs: 1,
      verdicts$,
    });
    lags = createLagBook();
    const provider = {
      watchList,
      refuse: (symbol: string) => verdicts$.next({ symbol, word: 'refused' }),
      ticks$,
      unheard$,
      lags,
      rest: {
        timeSeries: ({ symbol }: { symbol: string }) =>
          symbol === 'MUTE' ? Promise.reject(new ProviderError(404, 'no such symbol')) : Promise.resolve([]),
      },
      state: () => ({ type: 'feed', state: 'live', since: 0 }),
    } as unknown as Provider;
    const calendar = () => ({ state: 'fresh' as const, events: [] });
    symbols = openSymbols(context, storage, analysis, provider, { calendar });
    said.length = 0;
    running = symbols.outputs$.subscribe((output) => said.push(output));
  });
  afterEach(() => {
    running.unsubscribe();
    watchList.close();
  });

  const tick = (symbol: string): Tick => {
    const now = Date.now();
    return { symbol, price: 100, bid: 99, ask: 101, eventTime: now, receivedTime: now };
  };
  const hasLag = (symbol: string) => lags.entries().some(([one]) => one === symbol);
  const accepted = (symbol: string) => {
    const answer = watchList.watch(symbol);
    verdicts$.next({ symbol, word: 'accepted' });
    return answer;
  };
  const labels = async () => {
    const text = await context.metrics.registry.metrics();
    return new Set([...text.matchAll(/symbol="(\w+)"/g)].map(([, symbol]) => symbol));
  };

  it('frees all of a symbol when its last subscriber has left', async () => {
    const { status } = symbols;
    const names = Array.from({ length: 60 }, (_, i) => `ON${i}USD`);
    for (const symbol of names) expect(await accepted(symbol)).toBe('ok');
    for (const symbol of names) {
      const one = tick(symbol);
      status.observe(one);
      context.metrics.ticks.inc({ symbol });
      for (let i = 0; i < 20; i++) analysis.spreads.observe(one);
      ticks$.next(one);
    }
    await until(() => names.every((symbol) => symbols.isRunning(symbol)));
    expect(await labels()).toContain('ON0USD');
    const histories = names.map((symbol) => new WeakRef(symbols.histories.get(symbol)!));
    said.length = 0;

    for (const symbol of names) watchList.release(symbol);
    await until(() => !names.some((symbol) => symbols.histories.has(symbol)));
    expect([...status.lastTick.keys(), ...status.stopped.keys(), ...status.refused.keys()]).toEqual([]);
    expect(names.filter((symbol) => hasLag(symbol))).toEqual([]);
    expect(names.filter((symbol) => analysis.spreads.medianBps(symbol) !== undefined)).toEqual([]);
    expect([...(await labels())].filter((symbol) => symbol?.startsWith('ON'))).toEqual([]);
    said.length = 0;
    // The engine may hold the last one or two a little longer, on its stack.
    await until(() => {
      collectGarbage();
      return histories.filter((history) => history.deref() !== undefined).length <= 2;
    });
  });

  it('begins a symbol with what its candidates have taught, and forgets that with it', async () => {
    const place = { symbol: 'LEARNTUSD', timeframe: '1h' } as const;
    const experience = {
      version: 1,
      direction: 0.2,
      neither: 0,
      directionWeight: 14,
      neitherWeight: 14,
      n: 5,
    };
    await storage.store.record(
      [
        {
          kind: 'decided',
          decision: {
            ...decisionOf('WAIT', Date.now() - 3_600_000, place),
            lineage: { options: { experience } },
          },
          changed: false,
          timely: true,
        },
      ],
      [],
      [],
    );
    const known = () => analysis.experiences.of(place, Date.now());
    expect(await accepted(place.symbol)).toBe('ok');
    ticks$.next(tick(place.symbol));
    await until(() => symbols.isRunning(place.symbol) && known() !== undefined);
    expect(known()).toEqual(experience);
    watchList.release(place.symbol);
    await until(() => !symbols.histories.has(place.symbol));
    expect(known()).toBeUndefined();
  });

  it('starts no actor for ticks of a symbol that is not followed, before or after', async () => {
    await until(() => symbols.isRunning('BTCUSD'));
    void watchList.watch('NEWUSD');
    ticks$.next(tick('NEWUSD'));
    ticks$.next(tick('OLDUSD'));
    await new Promise((done) => setTimeout(done, 100));
    expect(said.filter(({ symbol }) => symbol !== 'BTCUSD')).toEqual([]);
    expect(await accepted('NEWUSD')).toBe('ok');
    await until(() => symbols.isRunning('NEWUSD'));
    ticks$.next(tick('NEWUSD'));
    await until(() => said.some(({ kind, symbol }) => kind === 'market' && symbol === 'NEWUSD'));
  });

  it('begins a symbol anew by the right hours when the provider says where it is listed', async () => {
    const at = (text: string) => Date.parse(text);
    // 9:00 in Frankfurt on two days, and a window that New York's bell would begin.
    const onGrid = [at('2026-03-03T08:00Z'), at('2026-03-04T08:00Z')];
    const offGrid = at('2026-03-04T14:30Z');
    const candles = [...onGrid, offGrid].map((openTime) =>
      candleAt(openTime, 100, { symbol: 'SAP', timeframe: '1h', closeTime: openTime + 3_600_000 }),
    );
    await storage.store.candles.save(candles);
    expect(await accepted('SAP')).toBe('ok');
    await until(() => symbols.isRunning('SAP'));
    const opens = () =>
      symbols.histories
        .get('SAP')
        ?.get('1h')
        ?.candles()
        .map(({ openTime }) => openTime);
    expect(opens()).toEqual([offGrid]);
    const starts = () => said.filter(({ kind, symbol }) => kind === 'started' && symbol === 'SAP').length;
    expect(starts()).toBe(1);

    context.instruments.learn('SAP', { exchange: 'XETR', type: 'Common Stock' }, 'socket');
    await until(() => starts() === 2);
    expect(opens()).toEqual(onGrid);
    expect(symbols.status.describe('SAP')).toMatchObject({
      exchange: 'XETR',
      type: 'Common Stock',
      hours: { market: 'xetra', decided_by: 'provider' },
    });
    context.instruments.learn('SAP', { exchange: 'XETR', currency: 'EUR' }, 'rest');
    await symbols.tell({ kind: 'watch', symbol: 'SAP' });
    expect(starts()).toBe(2);
  });

  it('starts an actor for posted candles, and lets whoever wants its prices make a live one of it', async () => {
    const closeTime = Math.floor(Date.now() / 60_000) * 60_000;
    const post = (at: number) =>
      symbols.tell({ ...closeOf('WAIT', at, { source: 'posted', quality: null }), symbol: 'OUTUSD' });
    const decided = () => said.filter((one) => one.kind === 'signals' && one.symbol === 'OUTUSD').length;
    await post(closeTime);
    await until(() => decided() === 1);
    expect([symbols.outside.has('OUTUSD'), hasLag('OUTUSD')]).toEqual([true, false]);

    expect(await accepted('OUTUSD')).toBe('ok');
    expect(symbols.outside.has('OUTUSD')).toBe(false);
    // Told at once, while the old actor has gone and the new one is being restored.
    await post(closeTime + 60_000);
    await until(() => decided() === 2);
    ticks$.next(tick('OUTUSD'));
    await until(() => said.some((one) => one.kind === 'market' && one.symbol === 'OUTUSD'));
  });

  it('leaves the actor of posted candles alone when somebody asks for prices that the provider does not have', async () => {
    const closeTime = Math.floor(Date.now() / 60_000) * 60_000;
    const source = { source: 'posted', quality: null } as const;
    await symbols.tell({ ...closeOf('WAIT', closeTime, source), symbol: 'US30' });
    const histories = symbols.histories.get('US30');
    const answer = watchList.watch('US30');
    expect(await answer).toBe('ok');
    verdicts$.next({ symbol: 'US30', word: 'refused' });
    expect(watchList.current().has('US30')).toBe(false);
    expect([symbols.outside.has('US30'), symbols.isRunning('US30')]).toEqual([true, true]);
    expect(symbols.histories.get('US30')).toBe(histories);
  });

  it('starts no actor for what a client asks for on trust, whatever befalls the feed', async () => {
    expect(await watchList.watch('NOPE')).toBe('ok');
    unheard$.next({ kind: 'interruption', from: 0, to: Infinity, reason: 'a test' });
    await until(() => symbols.isRunning('BTCUSD'));
    expect([symbols.isRunning('NOPE'), hasLag('NOPE')]).toEqual([false, false]);
  });

  it('takes REST’s word where the socket says nothing on a symbol', async () => {
    expect(await watchList.watch('MUTE')).toBe('ok');
    verdicts$.next({ symbol: 'MUTE', word: 'unanswered' });
    expect(watchList.followed().has('MUTE')).toBe(true);
    await until(() => !watchList.current().has('MUTE'));
    await until(() => !symbols.histories.has('MUTE'));
  });
});
