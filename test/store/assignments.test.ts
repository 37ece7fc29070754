import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { teach } from '../../app/ingest/analysis.ts';
import { createLearningBook } from '../../operators/signals/outcomes/learning-book.ts';
import { Decision, type Signal } from '../../schema/signal.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import { migrate } from '../../store/migrate.ts';
import type { Store } from '../../store/open-store.ts';
import { bodyOf } from '../../store/signal-rows.ts';
import { emptyDatabase, migrationsOfBefore, storeOn, temporaryStore } from '../support/services/database.ts';
import { aSignal, opened, resolved } from '../support/signals.ts';

const owner = (assignment: string, mode: 'shadow' | 'paper' | 'live') =>
  ({ strategy: 'regime', assignment, mode, version: 'v1' }) as const;
const decisionOf = (signal: Signal): Decision => Decision.parse(signal);

describe('signals of several assignments in one place', () => {
  let store: Store;
  let dispose: () => Promise<void>;
  beforeAll(async () => {
    ({ store, dispose } = await temporaryStore());
  });
  afterAll(() => dispose());

  const place = { symbol: 'XAUUSD', timeframe: '1h' } as const;
  const shadow = aSignal({ ...place, ...owner('s', 'shadow') });
  const paper = aSignal({ ...place, ...owner('p', 'paper') });
  const live = aSignal({ ...place, ...owner('regime', 'live') });
  const both = ['community', 'telegram'];
  const record = (...events: SignalEvent[]) => store.record(events, both, both);

  it('are open beside each other; a shadow is neither in the log nor posted, one on paper not posted', async () => {
    const { frames, opened: new_ } = await record(
      ...[shadow, paper, live].map(opened),
      ...[shadow, paper, live].map((signal): SignalEvent => ({
        kind: 'decided',
        decision: decisionOf(signal),
        changed: false,
        timely: true,
      })),
    );
    expect(frames.map((frame) => [frame.type, frame.assignment, frame.mode])).toEqual([
      ['signal_update', 'p', 'paper'],
      ['signal_update', 'regime', 'live'],
    ]);
    expect(new_.map(({ id, deliveries }) => [id, deliveries.map(({ channel }) => channel)])).toEqual([
      [paper.id, []],
      [live.id, both],
    ]);
    const stored = await store.signals.open('XAUUSD');
    expect(
      stored.map(({ assignment, deliveries }) => `${assignment} ${deliveries.length}`).toSorted(),
    ).toEqual(['p 0', 'regime 2', 's 0']);
    expect((await store.signals.lastDecisions('XAUUSD')).map(({ assignment }) => assignment)).toEqual([
      'p',
      'regime',
      's',
    ]);
  });

  it('are posted where their event says, as far as that is configured', async () => {
    const signal = aSignal({ symbol: 'EURUSD', ...owner('regime', 'live') });
    await record({ ...opened(signal), channels: ['telegram', 'discord'] } as SignalEvent);
    expect((await store.signals.get(signal.id))?.deliveries.map(({ channel }) => channel)).toEqual([
      'telegram',
    ]);
  });

  it('are one open a place and assignment, no more', async () => {
    await expect(record(opened(aSignal({ ...place, ...owner('s', 'shadow') })))).rejects.toThrow(
      /signal_one_open/,
    );
  });

  it('are restored each with its own decision', async () => {
    const [restored] = await store.restore([{ symbol: 'XAUUSD', formingFrom: Date.now() }], {
      timeframes: ['1h'],
      historySize: 250,
      now: Date.now(),
    });
    const { signals, decisions } = restored!().signals;
    expect(signals.map(({ id }) => id).toSorted()).toEqual([shadow.id, paper.id, live.id].toSorted());
    expect(decisions.map(({ assignment }) => assignment)).toEqual(['p', 'regime', 's']);
  });

  it('end in the log in the mode in which they were issued, a shadow nowhere', async () => {
    const { frames } = await record(...[shadow, paper, live].map((signal) => resolved(signal)));
    expect(frames.map((frame) => [frame.type, frame.assignment, frame.mode, frame.strategy])).toEqual([
      ['signal_resolved', 'p', 'paper', 'regime'],
      ['signal_resolved', 'regime', 'live', 'regime'],
    ]);
  });

  it('are listed, counted and taught by assignment and mode', async () => {
    const ids = async (query: Parameters<Store['signals']['list']>[0]) =>
      (await store.signals.list({ symbol: 'XAUUSD', ...query })).signals.map(({ id }) => id);
    expect(await ids({ assignment: 's' })).toEqual([shadow.id]);
    expect(await ids({ mode: 'live' })).toEqual([live.id]);
    expect(await ids({ mode: 'all' })).toHaveLength(3);
    const outcomes = await store.signals.outcomes({ symbol: 'XAUUSD' });
    expect(outcomes.map(({ assignment }) => String(assignment)).toSorted()).toEqual(['p', 'regime', 's']);
    expect(await store.signals.outcomes({ symbol: 'XAUUSD', assignment: 'p' })).toHaveLength(1);
    const learning = createLearningBook();
    await teach(learning, store);
    const close = { symbol: 'XAUUSD', timeframe: '1h', closeTime: Date.now() + 60_000 } as const;
    expect(
      ['s', 'p', 'regime', 'other'].map((assignment) => learning.of({ ...close, assignment }).trades),
    ).toEqual([1, 1, 1, 0]);
    expect(await store.signals.trades({ symbol: 'XAUUSD', mode: 'shadow' }, 10)).toMatchObject([
      { id: shadow.id, strategy: 'regime', assignment: 's', mode: 'shadow', version: 'v1' },
    ]);
  });
});

describe('a database of before assignments', () => {
  it('belongs to the default one, live, to the last row', async () => {
    const { pool, folder, dispose } = await emptyDatabase();
    try {
      await migrate(pool, await migrationsOfBefore(folder, /^00[12345]-/));
      const signal = aSignal({ symbol: 'BTCUSD', lineage: { version: '3' } });
      await pool.query(
        `insert into signal (id, symbol, timeframe, signal_type, status, close_time, created_at, expires_at, body, analysed_window)
         values ($1, 'BTCUSD', '1h', 'BUY', 'open', 1, 2, 99, $2, '')`,
        [signal.id, JSON.stringify(bodyOf(signal))],
      );
      await pool.query(`insert into decision values ('BTCUSD', '1h', 1, $1)`, [
        JSON.stringify(decisionOf(signal)),
      ]);
      await pool.query(
        `insert into shadow (id, gate, symbol, timeframe, close_time, created_at, expires_at, status, body)
         values ('w', 'risk', 'BTCUSD', '1h', 1, 2, 99, 'open', '{"id": "w", "symbol": "BTCUSD"}')`,
      );
      const store = await storeOn({ pool, folder });
      try {
        const whose = { strategy: 'regime', assignment: 'regime', mode: 'live' };
        expect(await store.signals.get(signal.id)).toMatchObject({ ...whose, version: '3' });
        expect(await store.signals.lastDecisions()).toMatchObject([{ ...whose, version: '3' }]);
        expect((await store.signals.list({ assignment: 'regime', mode: 'live' })).signals).toHaveLength(1);
        expect(await store.shadow.latest({ limit: 5, assignment: 'regime', mode: 'live' })).toMatchObject([
          whose,
        ]);
        await store.term.take('a test');
        const later = aSignal({ symbol: 'BTCUSD', ...owner('other', 'live') });
        await store.record([resolved(signal), opened(later)], []);
        expect((await store.signals.open()).map(({ id }) => id)).toEqual([later.id]);
        expect(await store.signals.outcomes({ assignment: 'regime' })).toHaveLength(1);
      } finally {
        await store.close();
      }
    } finally {
      await dispose();
    }
  });
});
