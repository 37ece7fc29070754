import type { SignalCursor } from '../../schema/signal-list.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Candle } from '../../schema/candle.ts';
import { Trade } from '../../schema/performance.ts';
import type { Decision, Outcome, Signal } from '../../schema/signal.ts';
import type { Withheld } from '../../schema/signal-event.ts';
import { timeframes } from '../../schema/timeframe.ts';
import type { Store } from '../../store/open-store.ts';
import { temporaryStore } from '../support/services/database.ts';
import { aSignal, aWindow, opened, placeOf } from '../support/signals.ts';

let store: Store;
let dispose: () => Promise<void>;
beforeAll(async () => {
  ({ store, dispose } = await temporaryStore());
});
afterAll(() => dispose());

const candle = (openTime: number, over: Partial<Candle> = {}): Candle => ({
  symbol: 'EURUSD',
  timeframe: '1min',
  openTime,
  closeTime: openTime + 60_000,
  open: 1.1,
  high: 1.2,
  low: 1.0,
  close: 0.1 + 0.2,
  volume: 3,
  volumeKind: 'ticks',
  ticks: 3,
  complete: true,
  source: 'ticks',
  lateTicks: 0,
  longestSilenceMs: 12.5,
  revision: 0,
  ...over,
});
const aWithheld = (over: Partial<Withheld> = {}): Withheld => ({
  id: 'w1',
  symbol: 'BTCUSD',
  timeframe: '1h',
  gate: 'news',
  reason: 'FOMC',
  signal_type: 'BUY',
  entry: 1,
  tp: 2,
  sl: 0.5,
  confidence: 0.5,
  close_time: 1,
  created_at: 1,
  expires_at: 2,
  horizon_bars: 3,
  ...over,
});
const outcome: Outcome = {
  status: 'tp',
  resolved_at: Date.now(),
  exit_price: 110,
  r: 1.98,
  mfe: 2,
  mae: 0.3,
  ambiguous_bar: false,
};
const resolved = (signal: Signal, over: Partial<Outcome> = {}) =>
  ({
    kind: 'resolved',
    id: signal.id,
    symbol: signal.symbol,
    timeframe: signal.timeframe,
    outcome: { ...outcome, ...over },
  }) as const;

describe('candles', () => {
  it('come back bit for bit, oldest first', async () => {
    const candles = [1, 2, 3].map((i) => candle(i * 60_000, { close: Math.PI * i, volume: 1e-7 * i }));
    expect(await store.candles.save(candles)).toBe(3);
    expect(await store.candles.latest('EURUSD', '1min', 2)).toEqual(candles.slice(1));
    expect(await store.candles.range('EURUSD', '1min', 60_000, 180_000)).toEqual(candles.slice(0, 2));
    expect(await store.candles.before('EURUSD', '1min', 180_000, 1)).toEqual([candles[1]]);
    expect(await store.candles.before('EURUSD', '1min', 60_000, 9)).toEqual([]);
    expect(await store.candles.first('EURUSD', '1min')).toBe(60_000);
    expect(await store.candles.first('NOSUCH', '1min')).toBeUndefined();
  });

  it('give the opens and closes of whole ones up to a time, the newest of them', async () => {
    const all = [1, 2, 3, 4].map((i) =>
      candle(i * 60_000, { symbol: 'GBPUSD', close: Math.E * i, complete: i !== 2 }),
    );
    await store.candles.save(all);
    expect(await store.candles.closes('GBPUSD', '1min', 180_000, 9)).toEqual({
      time: [60_000, 180_000],
      close: [Math.E, Math.E * 3],
    });
    expect(await store.candles.closes('GBPUSD', '1min', 1e9, 1)).toEqual({
      time: [240_000],
      close: [Math.E * 4],
    });
    expect(await store.candles.closes('GBPUSD', '5min', 1e9, 1)).toEqual({ time: [], close: [] });
  });

  it('are replaced by a higher revision alone', async () => {
    const first = candle(600_000);
    await store.candles.save([first]);
    expect(await store.candles.save([{ ...first, close: 9 }])).toBe(0);
    const better = { ...first, close: 7, revision: 2, source: 'rest' as const };
    expect(await store.candles.save([{ ...first, close: 8, revision: 1 }, better])).toBe(1);
    expect(await store.candles.save([{ ...first, close: 5, revision: 1 }])).toBe(0);
    expect(await store.candles.range('EURUSD', '1min', 600_000, 600_001)).toEqual([better]);
  });

  it('store windows confirmed empty and delete old ones', async () => {
    await store.candles.saveEmpty('XAUUSD', '1min', [0, 60_000, 120_000]);
    await store.candles.saveEmpty('XAUUSD', '1min', [60_000]);
    expect(await store.candles.emptyIn('XAUUSD', '1min', 60_000, 180_000)).toEqual([60_000, 120_000]);
    await store.candles.save([candle(0, { symbol: 'XAUUSD' }), candle(120_000, { symbol: 'XAUUSD' })]);
    await store.candles.prune('1min', 120_000);
    expect(await store.candles.emptyIn('XAUUSD', '1min', 0, 1e9)).toEqual([120_000]);
    expect(await store.candles.latest('XAUUSD', '1min', 9)).toHaveLength(1);
  });
});

/** Whose a row is that says nothing of it. */
const ofDefault = { strategy: 'regime', assignment: 'regime', mode: 'live' };

describe('record', () => {
  it('keeps the candles of a signal beside it, and lets no frame have them', async () => {
    const signal = aSignal();
    const frames = { '4h': aWindow, '1day': aWindow };
    const recorded = await store.record([{ kind: 'opened', signal, window: aWindow, frames }], ['community']);
    expect(await store.signals.window(signal.id)).toEqual({ window: aWindow, frames });
    const { offset } = recorded.frames[0]!;
    const read = [
      recorded,
      await store.log.since(offset - 1),
      await store.signals.get(signal.id),
      await store.signals.list(),
    ];
    expect(JSON.stringify(read)).not.toContain(aWindow);
  });

  it('opens an id once, with its outbox rows and its frame', async () => {
    const signal = aSignal();
    const first = await store.record([opened(signal)], ['community', 'webhook']);
    expect(first.opened.map(({ id }) => id)).toEqual([signal.id]);
    expect(first.frames).toEqual([
      expect.objectContaining({ type: 'signal_update', epoch: store.epoch, signal_changed: true }),
    ]);
    const again = await store.record([opened({ ...signal, entry: 1 })], ['community']);
    expect(again).toEqual({ frames: [], opened: [], ended: [] });

    const stored = await store.signals.get(signal.id);
    expect(stored).toEqual({ ...first.opened[0], ...ofDefault, version: '' });
    expect(stored?.entry).toBe(100);
    expect(await store.signals.window(signal.id)).toEqual({ window: aWindow });
    expect(await store.signals.window('none')).toBeUndefined();
    expect(stored?.deliveries.map(({ channel, state }) => [channel, state])).toEqual([
      ['community', 'queued'],
      ['webhook', 'queued'],
    ]);
  });

  it('resolves once, and takes back what was not sent', async () => {
    const signal = aSignal();
    await store.record([opened(signal)], ['community']);
    const { frames } = await store.record([resolved(signal)], []);
    expect(frames).toEqual([expect.objectContaining({ type: 'signal_resolved', id: signal.id, outcome })]);
    expect((await store.record([resolved(signal, { status: 'sl' })], [])).frames).toEqual([]);
    const stored = await store.signals.get(signal.id);
    expect(stored?.status).toBe('tp');
    expect(stored?.outcome).toEqual(outcome);
    expect(stored?.deliveries[0]).toMatchObject({
      state: 'superseded',
      last_answer: 'not sent: the signal ended (tp)',
    });
  });

  it('resolves as void without a result, also in the frame', async () => {
    const signal = aSignal();
    await store.record([opened(signal)], ['community']);
    const { frames } = await store.record(
      [resolved(signal, { status: 'void', r: null, reason: 'a split' })],
      ['community'],
    );
    expect(frames).toMatchObject([
      { type: 'signal_resolved', outcome: { status: 'void', r: null, reason: 'a split' } },
    ]);
    const stored = await store.signals.get(signal.id);
    expect(stored).toMatchObject({
      status: 'void',
      outcome: { r: null },
      deliveries: [{ state: 'superseded' }],
    });
    expect((await store.signals.list({ status: 'void' })).signals.map(({ id }) => id)).toContain(signal.id);
    expect((await store.signals.open()).map(({ id }) => id)).not.toContain(signal.id);
  });

  it('writes a cause whole or not at all', async () => {
    const old = aSignal();
    await store.record([opened(old)], []);
    const broken = aSignal({ created_at: Number.NaN });
    await expect(store.record([resolved(old), opened(broken)], [])).rejects.toThrow(/created_at/);
    expect((await store.signals.get(old.id))?.status).toBe('open');
  });

  it('numbers frames without gap or repetition under concurrency, and keeps the last thousand', async () => {
    const before = await store.log.position();
    const one = (i: number) => store.record([opened(aSignal(placeOf('MANY', i)))], []);
    const all = [];
    // No more at once than the pool has connections: a wait for one has a limit of its own.
    for (let from = 0; from < 60; from += 6)
      all.push(...(await Promise.all(Array.from({ length: 6 }, (_, i) => one(from + i)))));
    const offsets = all.flatMap(({ frames }) => frames.map(({ offset }) => offset)).sort((a, b) => a - b);
    expect(offsets).toEqual(Array.from({ length: 60 }, (_, i) => before.offset + 1 + i));
    const replay = await store.log.since(before.offset);
    expect(replay.map(({ offset }) => offset)).toEqual(offsets);
    expect(replay[0]).toEqual(
      all.flatMap(({ frames }) => frames).find(({ offset }) => offset === offsets[0]),
    );
  });

  it('keeps the last decision of each symbol and timeframe, never an older one', async () => {
    const { id: _id, status: _status, ...decision } = aSignal({ symbol: 'AAPL', close_time: 2000 });
    const decided = (close_time: number, changed: boolean) =>
      ({
        kind: 'decided',
        decision: { ...decision, close_time } as Decision,
        changed,
        timely: true,
      }) as const;
    expect((await store.record([decided(2000, true)], [])).frames).toHaveLength(1);
    expect((await store.record([decided(1000, false)], [])).frames).toHaveLength(0);
    const last = (await store.signals.lastDecisions()).filter(({ symbol }) => symbol === 'AAPL');
    expect(last.map(({ close_time }) => close_time)).toEqual([2000]);
  });

  it('makes of a changed decision without a signal a change for subscribers, and of another none', async () => {
    const { id: _id, status: _status, ...decision } = aSignal({ symbol: 'MSFT', timeframe: '4h' });
    const decided = (close_time: number, changed: boolean) =>
      ({
        kind: 'decided',
        decision: { ...decision, close_time } as Decision,
        changed,
        timely: true,
      }) as const;
    const { epoch, offset } = await store.log.position();
    const begun = Date.now();
    const first = await store.record([decided(1000, true)], ['community']);
    expect(await store.record([decided(2000, false)], ['community'])).toEqual({
      frames: [],
      opened: [],
      ended: [],
    });
    expect(first).toMatchObject({ opened: [], ended: [] });
    expect(first.frames).toEqual([
      {
        type: 'signal_update',
        symbol: 'MSFT',
        timeframe: '4h',
        ...ofDefault,
        signal: { ...decision, close_time: 1000 },
        signal_changed: true,
        timestamp: expect.any(Number),
        epoch,
        offset: offset + 1,
      },
    ]);
    expect(first.frames[0]!.timestamp).toBeGreaterThanOrEqual(begun);
    expect(await store.log.since(offset)).toEqual(first.frames);
    expect((await store.signals.lastDecisions('MSFT')).map(({ close_time }) => close_time)).toEqual([2000]);
  });

  it('follows what gates withheld', async () => {
    const withheld = aWithheld();
    await store.record([{ kind: 'withheld', withheld }], []);
    expect(await store.shadow.open()).toEqual([withheld]);
    expect(await store.shadow.latest({ limit: 9 })).toEqual([{ ...withheld, ...ofDefault, outcome: null }]);
    await store.record([{ kind: 'withheld_resolved', id: 'w1', gate: 'news', outcome }], []);
    expect(await store.shadow.open()).toEqual([]);
    expect(await store.shadow.resolved()).toEqual([{ ...withheld, outcome }]);
    const later = { ...withheld, id: 'w2', created_at: withheld.created_at + 1 };
    await store.record([{ kind: 'withheld', withheld: later }], []);
    expect(await store.shadow.latest({ limit: 1 })).toEqual([{ ...later, ...ofDefault, outcome: null }]);
    expect(await store.shadow.latest({ symbol: withheld.symbol, limit: 9 })).toEqual([
      { ...later, ...ofDefault, outcome: null },
      { ...withheld, ...ofDefault, outcome },
    ]);
    expect(await store.shadow.latest({ symbol: 'ANOTHER', limit: 9 })).toEqual([]);
  });
});

describe('notes', () => {
  it('are kept by name, the last of each', async () => {
    expect(await store.notes.read('chat')).toBeUndefined();
    for (const [name, text] of [
      ['chat', '1'],
      ['other', 'x'],
      ['chat', '2'],
    ] as const)
      await store.notes.write(name, text);
    expect([await store.notes.read('chat'), await store.notes.read('other')]).toEqual(['2', 'x']);
  });
});

describe('signals', () => {
  it('are listed newest first, page by page, without one missing or twice', async () => {
    const same = Date.now() + 1e6;
    const made = Array.from({ length: 7 }, (_, i) =>
      aSignal({ symbol: 'PAGED', timeframe: timeframes[i]!, created_at: same + (i > 3 ? 1 : 0) }),
    );
    for (const signal of made) await store.record([opened(signal)], []);
    const seen: string[] = [];
    let before: SignalCursor | undefined;
    for (let page = 0; page < 10; page += 1) {
      const { signals, next } = await store.signals.list({ symbol: 'PAGED', limit: 3, before });
      seen.push(...signals.map(({ id }) => id));
      if (next === null) break;
      before = next;
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen)).toEqual(new Set(made.map(({ id }) => id)));
    const { signals } = await store.signals.list({ symbol: 'PAGED', since: { createdAt: same } });
    expect(signals).toHaveLength(3);
    expect(await store.signals.knows('PAGED')).toBe(true);
    expect(await store.signals.knows('NOSUCH')).toBe(false);
  });

  it('lists open ones, resolved ones and the risk counts', async () => {
    const t = Date.now() + 5e6;
    const [a, b] = [
      aSignal({ symbol: 'RISK', created_at: t }),
      aSignal({ symbol: 'RISK', timeframe: '4h', created_at: t + 1 }),
    ];
    await store.record([opened(a), opened(b)], []);
    await store.record([resolved(a)], []);
    expect(
      (await store.signals.open()).filter(({ symbol }) => symbol === 'RISK').map(({ id }) => id),
    ).toEqual([b.id]);
    expect((await store.signals.resolved({ symbol: 'RISK' })).map(({ id }) => id)).toEqual([a.id]);
    expect(await store.signals.openedSince(t)).toEqual([
      { symbol: 'RISK', created_at: t },
      { symbol: 'RISK', created_at: t + 1 },
    ]);
  });

  it('are asked for as results: by symbol, timeframe, side and the period of their ends', async () => {
    const t = Date.parse('2026-03-02T00:00:00Z');
    const ended = [
      ['RES', '1h', 'BUY', 1],
      ['RES', '4h', 'SELL', 2],
      ['RES', '1h', 'SELL', 3],
      ['RESB', '1h', 'BUY', 4],
    ] as const;
    const made = ended.map(([symbol, timeframe, side, hour], i) => ({
      symbol,
      timeframe,
      side,
      signal: aSignal({
        symbol,
        timeframe,
        signal_type: side,
        created_at: t + i,
        close_time: t,
        lineage: hour === 2 ? { simulated_history: true } : hour === 3 ? { source: 'posted' } : {},
      }),
      end: { resolved_at: t + hour * 3_600_000, r: hour },
    }));
    for (const { symbol, timeframe, side, signal, end } of made) {
      const { id } = signal;
      const withheld = aWithheld({ id, symbol, timeframe, signal_type: side });
      const outcome = { ...end, status: 'tp', exit_price: 2, mfe: 1, mae: 0, ambiguous_bar: false } as const;
      await store.record([opened(signal), { kind: 'withheld', withheld }], []);
      await store.record(
        [resolved(signal, end), { kind: 'withheld_resolved', id, gate: 'news', outcome }],
        [],
      );
    }
    const at = (hour: number) => t + hour * 3_600_000;
    const period = { since: at(1), until: at(5) };
    const cases: [Parameters<Store['signals']['trades']>[0], number[]][] = [
      [period, [1, 2, 3, 4]],
      [{ symbol: 'RES' }, [1, 2, 3]],
      [{ ...period, timeframe: '1h' }, [1, 3, 4]],
      [{ ...period, side: 'SELL' }, [2, 3]],
      // The end of a period is not in it, its beginning is.
      [{ since: at(2), until: at(4) }, [2, 3]],
      [{ symbol: 'RES', timeframe: '1h', side: 'SELL', since: at(3), until: at(4) }, [3]],
      [{ symbol: 'RES', since: at(3) + 0.5 }, []],
    ];
    for (const [query, hours] of cases) {
      const results = (all: readonly { outcome: { r: number | null } }[]) =>
        all.map(({ outcome }) => outcome.r);
      expect(results(await store.signals.outcomes(query))).toEqual(hours);
      expect(results(await store.shadow.resolved(query))).toEqual(hours);
      expect((await store.signals.trades(query, 10)).map((trade) => trade.result_r)).toEqual(hours);
    }
    // Of more than that, the latest.
    expect((await store.signals.trades(period, 2)).map((trade) => trade.result_r)).toEqual([3, 4]);
    expect((await store.shadow.resolved(period, 2)).map(({ outcome }) => outcome.r)).toEqual([3, 4]);
    const [trade] = await store.signals.trades({ symbol: 'RESB' }, 1);
    expect(Trade.parse(trade)).toEqual({
      id: made[3]!.signal.id,
      ...ofDefault,
      version: '',
      symbol: 'RESB',
      timeframe: '1h',
      side: 'BUY',
      opened_at: '2026-03-02T00:00:00.000Z',
      closed_at: '2026-03-02T04:00:00.000Z',
      entry_price: 100,
      tp_price: 110,
      sl_price: 95,
      exit_price: 110,
      end: 'tp',
      result_r: 4,
      mfe_r: 2,
      mae_r: 0.3,
      prob_tp_hit: 0.5,
      breakeven_probability: 0.34,
      published_prob_tp_hit: 0.6123,
      expected_r: 0.2,
      levels_end: 'tp',
      ambiguous_candle: false,
      simulated_history: false,
    });
    const outcomes = await store.signals.outcomes(period);
    expect(outcomes.map(({ source }) => source)).toEqual(['live', 'live', 'posted', 'live']);
    const end = { ...outcome, resolved_at: at(3), r: 3 };
    expect(outcomes[2]).toEqual({
      id: made[2]!.signal.id,
      symbol: 'RES',
      timeframe: '1h',
      assignment: 'regime',
      source: 'posted',
      probability: 0.5,
      confidence: 0.6123,
      outcome: end,
      levels: end,
    });
    const marks = (await store.signals.trades(period, 10)).map((one) => one.simulated_history);
    expect(marks).toEqual([false, true, false, false]);
  });

  it('are asked for by symbol, timeframe and state, and by their ends', async () => {
    const t = Date.now() + 9e6;
    const all = (['1h', '4h', '1h', '1h'] as const).map((timeframe, i) =>
      aSignal({ symbol: 'ASK', timeframe, created_at: t + i }),
    );
    const other = aSignal({ symbol: 'OTHER', created_at: t });
    const [a, b, c, d] = all.map(({ id }) => id);
    const [first, second, third, last] = all;
    await store.record([opened(other), opened(first!)], []);
    await store.record([resolved(first!, { resolved_at: t + 20, status: 'reversed' }), opened(second!)], []);
    await store.record([resolved(second!, { resolved_at: t + 30, status: 'sl' }), opened(third!)], []);
    // Ended before the others, by the time of its prices.
    await store.record([resolved(third!, { resolved_at: t + 10 }), opened(last!)], []);
    const ids = (signals: readonly { id: string }[]) => signals.map(({ id }) => id);
    const listed = async (query: Parameters<Store['signals']['list']>[0]) =>
      ids((await store.signals.list({ symbol: 'ASK', ...query })).signals);
    expect(await listed({})).toEqual([d, c, b, a]);
    expect(await listed({ timeframe: '1h' })).toEqual([d, c, a]);
    expect(await listed({ status: 'sl' })).toEqual([b]);
    expect(await listed({ since: { createdAt: t + 1, id: b! } })).toEqual([d, c]);
    expect(await listed({ before: { createdAt: t + 1, id: b! } })).toEqual([a]);
    expect((await store.signals.list({ symbol: 'ASK', limit: 4 })).next).toBeNull();
    expect((await store.signals.list({ symbol: 'ASK', limit: 3 })).next).toEqual({ createdAt: t + 1, id: b });

    expect(ids(await store.signals.open('ASK'))).toEqual([d]);
    expect(ids(await store.signals.ghosts('ASK'))).toEqual([a]);
    expect(await store.signals.ghosts('OTHER')).toEqual([]);
    const ended = async (query: Parameters<Store['signals']['resolved']>[0]) =>
      ids(await store.signals.resolved({ symbol: 'ASK', ...query }));
    expect(await ended({})).toEqual([c, a, b]);
    expect(await ended({ before: t + 20 })).toEqual([c]);
    expect(await ended({ timeframe: '4h' })).toEqual([b]);
    expect(await ended({ limit: 2 })).toEqual([c, a]);
    // Of more than that, the latest.
    const latest = await store.signals.outcomes({ symbol: 'ASK', limit: 2 });
    expect(latest.map(({ outcome }) => outcome.resolved_at)).toEqual([t + 20, t + 30]);
    expect(await store.signals.outcomes({ symbol: 'ASK', timeframe: '1h' })).toHaveLength(2);
    expect([await store.signals.knows('ASK'), await store.signals.knows('NEVER')]).toEqual([true, false]);
  });
});
