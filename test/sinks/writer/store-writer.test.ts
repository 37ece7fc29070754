import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Candle } from '../../../schema/candle.ts';
import { Decision } from '../../../schema/signal.ts';
import { StoreBusyError } from '../../../sinks/writer/cause-queue.ts';
import { storeWriter } from '../../../sinks/writer/store-writer.ts';
import type { Store } from '../../../store/open-store.ts';
import { StaleTermError } from '../../../store/term/check-term.ts';
import { quiet, temporaryStore } from '../../support/services/database.ts';
import { aSignal, opened, placeOf } from '../../support/signals.ts';
import { until } from '../../support/until.ts';

const candle = (openTime: number, over: Partial<Candle> = {}): Candle => ({
  symbol: 'EURUSD',
  timeframe: '1min',
  openTime,
  closeTime: openTime + 60_000,
  open: 1,
  high: 1,
  low: 1,
  close: 1,
  volume: 1,
  volumeKind: 'ticks',
  ticks: 1,
  complete: true,
  source: 'ticks',
  lateTicks: 0,
  longestSilenceMs: 0,
  revision: 0,
  ...over,
});
const away = () => Object.assign(new Error('Connection terminated unexpectedly'), { code: '57P01' });

describe('storeWriter', () => {
  let store: Store;
  let dispose: () => Promise<void>;
  beforeAll(async () => {
    ({ store, dispose } = await temporaryStore());
  });
  afterAll(() => dispose());

  it('writes candles and windows in the background', async () => {
    const writer = storeWriter({ store, log: quiet });
    for (let i = 0; i < 50; i += 1) writer.candle(candle(i * 60_000));
    writer.candle(candle(0, { revision: 1, close: 2 }));
    writer.empty('EURUSD', '1min', [60_000 * 50]);
    await writer.close();
    expect(await store.candles.latest('EURUSD', '1min', 100)).toHaveLength(50);
    expect((await store.candles.range('EURUSD', '1min', 0, 1))[0]?.close).toBe(2);
    expect(await store.candles.emptyIn('EURUSD', '1min', 0, 1e9)).toEqual([3_000_000]);
  });

  it('keeps everything and its order over a restart of PostgreSQL', async () => {
    const writer = storeWriter({ store, log: quiet, retryMs: 50 });
    const signals = Array.from({ length: 20 }, (_, i) => aSignal(placeOf('RESTART', i)));
    const pid = await store.embedded!.pid();
    const recorded = signals.map((signal, i) => {
      if (i === 5) process.kill(pid!, 'SIGINT');
      writer.candle(candle(i * 60_000, { symbol: 'RESTART' }));
      return writer.record([opened(signal)], ['community']);
    });
    const frames = (await Promise.all(recorded)).flatMap((one) => one.frames);
    expect(frames.map((frame) => 'signal' in frame && 'id' in frame.signal && frame.signal.id)).toEqual(
      signals.map(({ id }) => id),
    );
    const offsets = frames.map(({ offset }) => offset);
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    await until(() => writer.state().candles === 0);
    expect(await store.candles.latest('RESTART', '1min', 100)).toHaveLength(20);
    await writer.close();
  });

  it('resolves settled() when the earlier decisions are committed', async () => {
    let isAway = true;
    const writer = storeWriter({
      store: {
        ...store,
        recordAll: (causes) => (isAway ? Promise.reject(away()) : store.recordAll(causes)),
      },
      log: quiet,
      retryMs: 10,
    });
    await writer.settled();
    const signal = aSignal({ symbol: 'SETTLED' });
    void writer.record([opened(signal)], []);
    const settled = writer.settled().then(() => store.signals.get(signal.id));
    expect(await Promise.race([settled, new Promise((done) => setTimeout(done, 50, 'waits'))])).toBe('waits');
    isAway = false;
    expect(await settled).toMatchObject({ id: signal.id });
    await writer.close();
  });

  it('returns what it wrote even where the response to the commit was lost', async () => {
    let lose = true;
    const lossy: Pick<Store, 'candles' | 'log' | 'recordAll'> = {
      ...store,
      recordAll: async (causes) => {
        const recorded = await store.recordAll(causes);
        if (lose) {
          lose = false;
          throw away();
        }
        return recorded;
      },
    };
    const writer = storeWriter({ store: lossy, log: quiet, retryMs: 10 });
    const signal = aSignal();
    const recorded = await writer.record([opened(signal)], ['community']);
    expect(recorded.opened.map(({ id }) => id)).toEqual([signal.id]);
    expect(recorded.opened[0]?.deliveries).toHaveLength(1);
    expect(recorded.frames).toHaveLength(1);
    await writer.close();
  });

  it('does not take what another writer has written meanwhile for its own', async () => {
    let isAway = false;
    const writer = storeWriter({
      store: {
        ...store,
        recordAll: (causes) => {
          if (!isAway) return store.recordAll(causes);
          isAway = false;
          return Promise.reject(away());
        },
      },
      log: quiet,
      retryMs: 10,
    });
    await writer.record([opened(aSignal())], []);
    const [theirs, both, ours] = [aSignal(), aSignal(), aSignal()];
    await store.record([opened(theirs), opened(both)], []);
    isAway = true;
    const recorded = await writer.record([opened(both), opened(ours)], []);
    expect(recorded.opened.map(({ id }) => id)).toEqual([both.id, ours.id]);
    expect(recorded.frames).toHaveLength(2);
    expect(await store.signals.get(ours.id)).toMatchObject({ id: ours.id });
    await writer.close();
  });

  it('rejects what the database refuses and goes on', async () => {
    const writer = storeWriter({ store, log: quiet });
    const bad = writer.record([opened(aSignal({ created_at: Number.NaN }))], []);
    const good = writer.record([opened(aSignal())], []);
    await expect(bad).rejects.toThrow(/created_at/);
    expect((await good).opened).toHaveLength(1);
    await writer.close();
  });

  it('finds the one cause among many that the database refuses, and writes the others in their order', async () => {
    const writer = storeWriter({ store, log: quiet });
    const signals = Array.from({ length: 40 }, (_, i) =>
      aSignal({
        symbol: `M${i % 7}`,
        timeframe: (['1h', '4h', '30min', '15min', '2h', '5min'] as const)[(i / 7) | 0]!,
        ...(i === 23 && { created_at: Number.NaN }),
      }),
    );
    const ends = await Promise.allSettled(
      signals.map((signal) => writer.record([opened(signal)], ['community'])),
    );
    expect(ends.flatMap(({ status }, i) => (status === 'rejected' ? i : []))).toEqual([23]);
    const offsets = ends.flatMap((end) =>
      end.status === 'fulfilled' ? end.value.frames.map(({ offset }) => offset) : [],
    );
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    expect(offsets).toHaveLength(39);
    await writer.close();
  });

  it('finds the one candle among many that the database refuses, and writes the others', async () => {
    const writer = storeWriter({ store, log: quiet });
    for (let i = 0; i < 100; i += 1)
      writer.candle(candle(i * 60_000, { symbol: 'ONEBAD', ...(i === 61 && { ticks: 2 ** 40 }) }));
    await writer.close();
    const opens = (await store.candles.latest('ONEBAD', '1min', 200)).map(
      ({ openTime }) => openTime / 60_000,
    );
    expect(opens).toEqual(Array.from({ length: 100 }, (_, i) => i).filter((i) => i !== 61));
  });

  it('tells of a whole batch what it wrote where the response to its commit was lost, and writes what came since', async () => {
    let lose = true;
    let transactions = 0;
    const writer = storeWriter({
      store: {
        ...store,
        recordAll: async (causes) => {
          transactions += 1;
          const recorded = await store.recordAll(causes);
          if (!lose || causes.length < 5) return recorded;
          lose = false;
          throw away();
        },
      },
      log: quiet,
      retryMs: 30,
    });
    const make = (name: string) => Array.from({ length: 10 }, (_, i) => aSignal({ symbol: `${name}${i}` }));
    const [before, after] = [make('LOST'), make('SINCE')];
    const first = before.map((signal) => writer.record([opened(signal)], ['community']));
    await until(() => !lose);
    const second = after.map((signal) => writer.record([opened(signal)], ['community']));
    const recorded = await Promise.all([...first, ...second]);
    expect(recorded.map((one) => one.opened.map(({ id }) => id))).toEqual(
      [...before, ...after].map(({ id }) => [id]),
    );
    const offsets = recorded.flatMap(({ frames }) => frames.map(({ offset }) => offset));
    expect(new Set(offsets).size).toBe(20);
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    expect(transactions).toBeLessThanOrEqual(4);
    await writer.close();
  });

  it('has committed a cause when it says so, and all earlier ones of its symbol', async () => {
    const writer = storeWriter({ store, log: quiet });
    const closes = Array.from({ length: 60 }, (_, i) => Date.now() - (60 - i) * 1000);
    await Promise.all(
      closes.map(async (close_time) => {
        const decision = Decision.parse(aSignal({ symbol: 'ORDER', close_time }));
        await writer.record([{ kind: 'decided', decision, changed: false, timely: true }], []);
        const [stored] = await store.signals.lastDecisions('ORDER');
        expect(stored!.close_time).toBeGreaterThanOrEqual(close_time);
      }),
    );
    expect((await store.signals.lastDecisions('ORDER')).map(({ close_time }) => close_time)).toEqual([
      closes.at(-1),
    ]);
    await writer.close();
  });

  it('rejects all that waits once another process has taken over, without trying each', async () => {
    let transactions = 0;
    const recordAll: Store['recordAll'] = (causes) => {
      transactions += 1;
      return store.recordAll(causes);
    };
    const writer = storeWriter({ store: { ...store, recordAll }, log: quiet });
    const mine = store.term.current()!;
    await store.term.take('another');
    store.term.adopt(mine);
    const ends = await Promise.allSettled(
      Array.from({ length: 30 }, (_, i) => writer.record([opened(aSignal({ symbol: `STALE${i}` }))], [])),
    );
    expect(ends.map((end) => end.status === 'rejected' && end.reason)).toEqual(
      ends.map(() => expect.any(StaleTermError)),
    );
    expect(transactions).toBeLessThanOrEqual(3);
    expect(await store.signals.list({ symbol: 'STALE1' })).toMatchObject({ signals: [] });
    await store.term.take('this one again');
    await writer.close();
  });

  it('drops none of 40,000 candles that close at one instant', async () => {
    const writer = storeWriter({ store, log: quiet });
    for (let i = 0; i < 40_000; i += 1) writer.candle(candle(0, { symbol: `C${i}` }));
    expect(writer.state()).toMatchObject({ candles: 40_000, droppedCandles: 0 });
    await until(() => writer.state().candles === 0, 60_000);
    expect(writer.state().droppedCandles).toBe(0);
    expect(await store.candles.latest('C39999', '1min', 1)).toHaveLength(1);
    await writer.close();
  });

  it('is bounded by bytes: the oldest candles go, further windows and causes are refused, all counted', async () => {
    const down = {
      ...store,
      recordAll: () => Promise.reject(away()),
      candles: { ...store.candles, save: () => Promise.reject(away()) },
    };
    const options = { maxCandleBytes: 10 * 512, maxCauseBytes: 2.5 * 8192, retryMs: 20 };
    const writer = storeWriter({ store: down, log: quiet, ...options });
    for (let i = 0; i < 15; i += 1) writer.candle(candle(i));
    const waits = () => writer.record([opened(aSignal())], []);
    const waiting = [1, 2].map(() => waits().catch((error: unknown) => error));
    await expect(waits()).rejects.toThrow(StoreBusyError);
    await until(() => writer.state().away !== undefined);
    expect(writer.state()).toMatchObject({ candles: 10, causes: 2, droppedCandles: 5, refusedCauses: 1 });
    writer.empty('EURUSD', '1min', [0]);
    writer.empty('EURUSD', '1min', [60_000]);
    expect(writer.state()).toMatchObject({ candles: 11, droppedCandles: 6 });
    await writer.close(50);
    for (const error of await Promise.all(waiting)) expect(error).toBeInstanceOf(StoreBusyError);
  });

  describe('when it stops', () => {
    const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
    const warnings = () => {
      const warned: unknown[][] = [];
      return {
        warned,
        log: { ...quiet, info() {}, error() {}, warn: (...all: unknown[]) => void warned.push(all) } as never,
      };
    };
    const lostOf = (warned: readonly unknown[][]) =>
      warned.filter(([, text]) => /lost/.test(String(text))).map(([fields]) => fields);

    it('writes within its patience what waits for a slow database, and loses nothing', async () => {
      const slow: Pick<Store, 'candles' | 'log' | 'recordAll'> = {
        ...store,
        recordAll: async (causes) => {
          await pause(100);
          return store.recordAll(causes);
        },
        candles: {
          ...store.candles,
          save: async (candles) => {
            await pause(100);
            return store.candles.save(candles);
          },
        },
      };
      const { warned, log } = warnings();
      const writer = storeWriter({ store: slow, log });
      const signals = Array.from({ length: 4 }, (_, i) => aSignal({ symbol: `STOP${i}` }));
      const recorded = signals.map((signal) => writer.record([opened(signal)], []));
      for (let i = 0; i < 30; i += 1) writer.candle(candle(i * 60_000, { symbol: 'STOP' }));
      writer.empty('STOP', '1min', [31 * 60_000]);
      await writer.close(30_000);
      expect(writer.state()).toMatchObject({ candles: 0, causes: 0, droppedCandles: 0 });
      for (const { opened } of await Promise.all(recorded)) expect(opened).toHaveLength(1);
      for (const { id } of signals) expect(await store.signals.get(id)).toMatchObject({ id });
      expect(await store.candles.latest('STOP', '1min', 100)).toHaveLength(30);
      expect(await store.candles.emptyIn('STOP', '1min', 0, 1e9)).toEqual([31 * 60_000]);
      expect(lostOf(warned)).toEqual([]);
    });

    it('goes on trying until its patience ends where the database comes back meanwhile', async () => {
      let isAway = true;
      const flaky: Pick<Store, 'candles' | 'log' | 'recordAll'> = {
        ...store,
        recordAll: (causes) => (isAway ? Promise.reject(away()) : store.recordAll(causes)),
      };
      const writer = storeWriter({ store: flaky, log: quiet, retryMs: 20 });
      const signal = aSignal({ symbol: 'BACK' });
      const recorded = writer.record([opened(signal)], []);
      await until(() => writer.state().away !== undefined);
      const closing = writer.close(30_000);
      isAway = false;
      await closing;
      expect((await recorded).opened.map(({ id }) => id)).toEqual([signal.id]);
    });

    it.each(['is away', 'does not answer'])(
      'says what is lost where the database %s, and stops',
      async (how) => {
        const save = () => (how === 'is away' ? Promise.reject(away()) : new Promise<never>(() => {}));
        const { warned, log } = warnings();
        const writer = storeWriter({
          store: { ...store, recordAll: save, candles: { ...store.candles, save } },
          log,
          retryMs: 20,
        });
        for (let i = 0; i < 7; i += 1) writer.candle(candle(i));
        const waiting = writer.record([opened(aSignal())], []).catch((error: unknown) => error);
        const begun = performance.now();
        await writer.close(150);
        expect(performance.now() - begun).toBeGreaterThanOrEqual(124);
        expect(await waiting).toBeInstanceOf(StoreBusyError);
        expect(lostOf(warned)).toEqual([{ candles: 7 }]);
        const { candles } = writer.state();
        expect(candles).toBe(7);
      },
    );
  });
});
