import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAnalysis } from '../../app/ingest/analysis.ts';
import { performanceReport } from '../../operators/signals/outcomes/performance-report.ts';
import type { Outcome, Signal } from '../../schema/signal.ts';
import { migrate } from '../../store/migrate.ts';
import type { Store } from '../../store/open-store.ts';
import { forecastOf } from '../../operators/signals/outcomes/forecast-of.ts';
import { candleAt, minute } from '../operators/signals/signal-samples.ts';
import { emptyDatabase, migrationsOfBefore, temporaryStore } from '../support/services/database.ts';
import { aSignal, opened } from '../support/signals.ts';

const now = Math.floor(Date.now() / minute) * minute;
const outcome = (status: Outcome['status'], r: number, at = now): Outcome => ({
  status,
  resolved_at: at,
  exit_price: 100,
  r,
  mfe: 0,
  mae: 0,
  ambiguous_bar: false,
});
const resolved = ({ id, symbol, timeframe }: Signal, end: Outcome) =>
  ({ kind: 'resolved', id, symbol, timeframe, outcome: end }) as const;
const levels = (signal: Signal, end: Outcome) =>
  ({ kind: 'levels_resolved', forecast: forecastOf(signal), outcome: end }) as const;

describe('the levels of reversed signals', () => {
  let store: Store;
  let dispose: () => Promise<void>;
  beforeAll(async () => {
    ({ store, dispose } = await temporaryStore());
  });
  afterAll(() => dispose());

  it('are followed until their outcome, which is emitted once, and to no client', async () => {
    const signal = aSignal({ symbol: 'BTCUSD' });
    const stopped = aSignal({ symbol: 'BTCUSD', timeframe: '4h' });
    await store.record([opened(signal), opened(stopped)], []);
    await store.record([resolved(stopped, outcome('sl', -1))], []);
    expect(await store.signals.ghosts()).toEqual([]);
    await store.record([resolved(signal, outcome('reversed', -0.4))], []);
    expect((await store.signals.ghosts('BTCUSD')).map(({ id }) => id)).toEqual([signal.id]);
    expect(await store.signals.ghosts('ETHUSD')).toEqual([]);
    const levelsEnds = async () =>
      (await store.signals.trades({ symbol: 'BTCUSD' }, 9)).map(({ id, levels_end }) => [id, levels_end]);
    expect(Object.fromEntries(await levelsEnds())).toEqual({ [stopped.id]: 'sl', [signal.id]: null });
    const before = await store.log.position();
    const told = await store.record([levels(signal, outcome('tp', 2, now + minute))], []);
    expect(told).toEqual({ frames: [], opened: [], ended: [] });
    await store.record([levels(signal, outcome('sl', -1)), levels(stopped, outcome('tp', 2))], []);
    expect(await store.log.position()).toEqual(before);
    expect(await store.signals.ghosts()).toEqual([]);
    expect(await levelsEnds()).toContainEqual([signal.id, 'tp']);
    const stored = await store.signals.get(signal.id);
    expect(stored).toMatchObject({
      status: 'reversed',
      outcome: { r: -0.4 },
      levels_outcome: { status: 'tp', resolved_at: now + minute },
    });
    expect(await store.signals.get(stopped.id)).not.toHaveProperty('levels_outcome');
  });

  it('whose outcome cannot be known are no longer followed, and emit nothing', async () => {
    const signal = aSignal({ symbol: 'SPLIT' });
    await store.record([opened(signal), resolved(signal, outcome('reversed', -0.4))], []);
    await store.record([levels(signal, outcome('void', 0))], []);
    expect(await store.signals.ghosts('SPLIT')).toEqual([]);
    expect(await store.signals.outcomes({ symbol: 'SPLIT' })).toMatchObject([{ levels: { status: 'void' } }]);
  });

  it('are restored with the minutes since they began: their excursions are of all of them', async () => {
    const signal = aSignal({ symbol: 'GHOST', close_time: now - 90 * minute, created_at: now - 90 * minute });
    await store.candles.save(
      Array.from({ length: 90 }, (_, i) => candleAt(now - (i + 1) * minute, 100, { symbol: 'GHOST' })),
    );
    await store.record([opened(signal)], []);
    await store.record([resolved(signal, outcome('reversed', 0.1, now - 30 * minute))], []);
    const [restored] = await store.restore([{ symbol: 'GHOST', formingFrom: now }], {
      timeframes: ['1h'],
      historySize: 3,
      now,
    });
    const { signals } = restored!();
    expect(signals.ghosts.map(({ id }) => id)).toEqual([signal.id]);
    expect(signals.minutes).toHaveLength(90);
  });

  it('decide the figures and what is learned: 40 TP, 60 SL and 50 reversed at .4 are .4, not .267', async () => {
    const made = Array.from({ length: 150 }, (_, i) => {
      const signal = aSignal({ symbol: 'FORTY', confidence: 0.4 });
      const risk_metrics = { ...signal.risk_metrics, prob_tp_hit: 0.4 };
      return { ...signal, risk_metrics, created_at: now - (150 - i) * minute };
    });
    const ends = made.map((signal, i) => {
      const end = i % 5 < 2 ? outcome('tp', 1.5) : outcome('sl', -1);
      return { signal, end, isReversed: i >= 100 };
    });
    await store.record(
      ends.flatMap(({ signal, end, isReversed }) => [
        opened(signal),
        resolved(signal, isReversed ? outcome('reversed', -0.2) : end),
      ]),
      [],
    );
    const figures = async () =>
      performanceReport({
        resolved: await store.signals.outcomes({ symbol: 'FORTY' }),
        open: 0,
        withheld: [],
      });
    expect((await figures()).calibration).toMatchObject([{ count: 100, observed: 0.4 }]);
    await store.record(
      ends.filter(({ isReversed }) => isReversed).map(({ signal, end }) => levels(signal, end)),
      [],
    );
    const report = await figures();
    expect(report).toMatchObject({ resolved: 150, by_status: { reversed: 50 } });
    expect(report.calibration).toMatchObject([{ count: 150, observed: 0.4 }]);
    expect(report.brier?.reliability).toBeCloseTo(0, 12);

    const { learning } = await openAnalysis(
      { config: {} as never, log: {} as never, markets: {} as never, assignments: {} as never },
      store,
      {} as never,
    );
    const taught = learning.of({ symbol: 'FORTY', timeframe: '1h', closeTime: now + minute });
    expect(taught.trades).toBe(150);
    // Others of this file are in the pool: few, beside 150 of its own.
    expect(taught.calibration.intercept).toBeCloseTo(0, 1);
    expect(learning.of({ symbol: 'FORTY', timeframe: '1h', closeTime: now - minute }).trades).toBe(0);
  });
});

describe('a database from before', () => {
  it('follows on what was reversed within its horizon, and leaves the rest unknown', async () => {
    const { pool, folder, dispose } = await emptyDatabase();
    try {
      await migrate(pool, await migrationsOfBefore(folder, /^001-/));
      // The migration asks the database for the time.
      const { rows: clock } = await pool.query<{ ms: number }>(
        'select floor(extract(epoch from now()) * 1000)::float8 as ms',
      );
      const databaseNow = clock[0]!.ms;
      const insert = (id: string, status: string, expiresAt: number) =>
        pool.query(
          `insert into signal (id, symbol, timeframe, signal_type, status, close_time, created_at, expires_at, body, analysed_window)
           values ($1, 'BTCUSD', '1h', 'BUY', $2, 0, 0, $3, '{}', '')`,
          [id, status, expiresAt],
        );
      await insert('running', 'reversed', databaseNow + 60 * minute);
      await insert('over', 'reversed', databaseNow - 60 * minute);
      await insert('stopped', 'sl', databaseNow + 60 * minute);
      await migrate(pool, await migrationsOfBefore(folder, /^00[12]-/));
      const { rows } = await pool.query('select id, levels_status from signal order by id');
      expect(rows).toEqual([
        { id: 'over', levels_status: null },
        { id: 'running', levels_status: 'open' },
        { id: 'stopped', levels_status: null },
      ]);
    } finally {
      await dispose();
    }
  });
});
