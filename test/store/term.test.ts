import type { Socket } from 'node:net';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Candle } from '../../schema/candle.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import { inTransaction, isDatabaseAway } from '../../store/database.ts';
import { openStore, type Store } from '../../store/open-store.ts';
import { beginUnder, raiseTerm, StaleTermError } from '../../store/term/check-term.ts';
import { patience } from '../support/patience.ts';
import { quiet, temporaryStore } from '../support/services/database.ts';
import { aSignal, opened, resolved } from '../support/signals.ts';
import { until } from '../support/until.ts';

const candle: Candle = {
  symbol: 'EURUSD',
  timeframe: '1min',
  openTime: 0,
  closeTime: 60_000,
  open: 1.1,
  high: 1.2,
  low: 1.0,
  close: 1.15,
  volume: 3,
  volumeKind: 'ticks',
  ticks: 3,
  complete: true,
  source: 'ticks',
  lateTicks: 0,
  longestSilenceMs: 0,
  revision: 0,
};

/** Messages of PostgreSQL's protocol: a statement without a name, and its one parameter. */
const message = (type: string, body: Buffer) => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};
const parse = (text: string) => message('P', Buffer.from(`\0${text}\0\0\0`));
const bind = (parameter: string) => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(parameter.length);
  return message(
    'B',
    Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 1]), length, Buffer.from(parameter), Buffer.from([0, 0])]),
  );
};

describe('the term of an ingest', () => {
  let first: Store;
  let second: Store;
  let folder: string;
  let pool: Pool;
  let dispose: () => Promise<void>;
  beforeAll(async () => {
    ({ store: first, folder, dispose } = await temporaryStore());
    const { host, user } = first.connection;
    second = await openStore({
      dataDir: folder,
      databaseUrl: `postgresql:///postgres?host=${host}&user=${user}`,
      log: quiet,
      now: Date.now,
    });
    pool = new Pool(first.connection);
  });
  afterAll(async () => {
    await pool.end();
    await second.close();
    await dispose();
  });

  it('grows with each taker, also where the database was set back to an older state', async () => {
    const one = await first.term.take('one');
    const two = await second.term.take('two');
    const three = await first.term.take('one again');
    expect([one, two, three]).toEqual([one, two, three].toSorted((a, b) => a - b));
    expect(new Set([one, two, three]).size).toBe(3);
    expect(await second.term.latest()).toBe(three);
    await pool.query('update ingest_term set term = 7');
    expect(await first.term.take('restored')).toBeGreaterThanOrEqual(three);
  });

  it('refuses every write of one whom another has followed, and says so', async () => {
    await first.term.take('one');
    const [signal, withheld] = [aSignal(), aSignal()];
    await first.record([opened(signal)], ['community']);
    await first.candles.save([candle]);
    const before = await first.log.position();
    await second.term.take('two');
    const heard: StaleTermError[] = [];
    first.term.onStale((error) => heard.push(error));

    const { id: _id, status: _status, ...decision } = aSignal();
    const events: SignalEvent[] = [
      opened(aSignal()),
      resolved(signal),
      { kind: 'decided', decision, changed: true, timely: true },
      { kind: 'withheld', withheld: { ...withheld, gate: 'news', reason: 'a report' } as never },
      { kind: 'levels_resolved', forecast: { id: signal.id } as never, outcome: {} as never },
    ];
    const writes = [
      ...events.map((event) => () => first.record([event], ['community'])),
      () => first.candles.save([{ ...candle, revision: 9, close: 9 }]),
      () => first.candles.saveEmpty('EURUSD', '1min', [120_000]),
      () => first.candles.prune('1min', 1e12),
    ];
    for (const write of writes) await expect(write()).rejects.toThrow(StaleTermError);
    expect(heard).toHaveLength(writes.length);
    expect(isDatabaseAway(heard[0])).toBe(false);

    expect(await second.log.position()).toEqual(before);
    expect((await second.signals.get(signal.id))?.status).toBe('open');
    expect(await second.candles.range('EURUSD', '1min', 0, 1e12)).toEqual([candle]);
    expect(await second.candles.emptyIn('EURUSD', '1min', 0, 1e12)).toEqual([]);
    const { opened: now } = await second.record([opened(aSignal())], []);
    expect(now).toHaveLength(1);
  });

  it('is not taken by the next while a write of the last one is under way', async () => {
    const term = await first.term.take('one');
    const order: string[] = [];
    const writing = inTransaction(pool, begun, (session) => beginUnder(session, term));
    async function begun() {
      const next = raiseTerm(pool, 'two').then(() => order.push('taken'));
      await until(async () => {
        const { rows } = await pool.query(
          `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'update ingest_term%'`,
        );
        return rows.length > 0;
      });
      order.push('written');
      return { next };
    }
    await (
      await writing
    ).next;
    expect(order).toEqual(['written', 'taken']);
  });

  it('is taken within seconds from one who stands still in mid-transaction, and nothing of that is written', async () => {
    const term = await first.term.take('one');
    const frozen = await pool.connect();
    let lost = '';
    // The first is the database's own word; the end of the connection follows it.
    frozen.on('error', ({ message }) => (lost ||= message));
    try {
      await beginUnder(frozen, term);
      await frozen.query(`insert into meta values ('half', 'written')`);
      const asked = performance.now();
      await second.term.take('two');
      expect(performance.now() - asked).toBeLessThan(20_000 * patience());
      await until(() => lost !== '');
      expect(lost).toMatch(/idle-in-transaction/);
    } finally {
      frozen.release(true);
    }
    const { rows } = await pool.query(`select 1 from meta where key = 'half'`);
    expect(rows).toEqual([]);
  });

  it('is taken within seconds from one who is cut off in mid-message, which the database does not count as idle', async () => {
    const term = await first.term.take('one');
    const cut = await pool.connect();
    const errors: { code?: string; message: string }[] = [];
    cut.on('error', (error) => errors.push(error));
    try {
      await beginUnder(cut, term);
      await cut.query(`insert into meta values ('cut', 'written')`);
      const { stream } = (cut as unknown as { connection: { stream: Socket } }).connection;
      stream.write(Buffer.concat([parse('select $1::text'), bind('x'.repeat(100_000)).subarray(0, 50_000)]));
      const asked = performance.now();
      await second.term.take('two');
      expect(performance.now() - asked).toBeLessThan(20_000 * patience());
      const said = await until(() => errors.find(({ message }) => /transaction timeout/.test(message)));
      expect(isDatabaseAway(said)).toBe(true);
    } finally {
      cut.release(true);
    }
    const { rows } = await pool.query(`select 1 from meta where key = 'cut'`);
    expect(rows).toEqual([]);
  });

  it('is needed: a process that has taken none writes nothing', async () => {
    const third = await openStore({
      dataDir: folder,
      databaseUrl: `postgresql:///postgres?host=${first.connection.host}&user=${first.connection.user}`,
      log: quiet,
      now: Date.now,
    });
    await expect(third.record([opened(aSignal())], [])).rejects.toThrow(/no term to write under/);
    await third.close();
  });
});

describe('open signals', () => {
  it('are one a symbol and timeframe: a second one is refused whole, an ended one makes room', async () => {
    const { store, dispose } = await temporaryStore();
    try {
      const first = aSignal({ symbol: 'BTCUSD' });
      await store.record([opened(first)], ['community']);
      const before = await store.log.position();
      const beside = aSignal({ symbol: 'BTCUSD' });
      await expect(store.record([opened(beside)], ['community'])).rejects.toThrow(/signal_one_open/);
      expect(await store.log.position()).toEqual(before);
      expect(await store.outbox.due('community', Date.now())).toHaveLength(1);
      await store.record([opened(aSignal({ symbol: 'BTCUSD', timeframe: '4h' }))], []);
      // The same id again is a repetition, not a second one.
      expect(await store.record([opened(first)], ['community'])).toMatchObject({ opened: [], frames: [] });
      await store.record([resolved(first, { status: 'reversed' }), opened(beside)], ['community']);
      expect((await store.signals.open('BTCUSD')).map(({ id }) => id)).toContain(beside.id);
    } finally {
      await dispose();
    }
  });
});
