import { Client, Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackupError } from '../../../store/backup/backup-format.ts';
import { dumpDatabase } from '../../../store/backup/dump-database.ts';
import { keptTables } from '../../../store/backup/kept-tables.ts';
import { type RestoreDatabaseOptions, restoreDatabase } from '../../../store/backup/restore-database.ts';
import { OtherMarketError } from '../../../store/claim-market.ts';
import { migrate, MigrationError, readMigrations } from '../../../store/migrate.ts';
import { openStore, type Store } from '../../../store/open-store.ts';
import { pipeline } from '../../support/pipeline.ts';
import { emptyDatabase, migrationsOfBefore, quiet } from '../../support/services/database.ts';
import { platform, says } from '../../support/services/platform.ts';
import { aSignal, opened, placeOf, resolved } from '../../support/signals.ts';
import { patience } from '../../support/patience.ts';
import { until } from '../../support/until.ts';

let cluster: Awaited<ReturnType<typeof emptyDatabase>>;
let count = 0;
beforeAll(async () => {
  cluster = await emptyDatabase();
});
afterAll(() => cluster.dispose());

/** A new database of the cluster, empty. */
async function newDatabase(): Promise<string> {
  count += 1;
  const name = `d${count}`;
  await cluster.pool.query(`create database ${name}`);
  const { host, user } = cluster.pool.options;
  return `postgresql://${user}@localhost/${name}?host=${encodeURIComponent(host!)}`;
}

async function storeOn(databaseUrl: string): Promise<Store> {
  const store = await openStore({ dataDir: '', databaseUrl, log: quiet, now: Date.now, market: 'live' });
  await store.term.take('a test');
  return store;
}

async function session<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

const dump = (url: string, now = Date.now()) =>
  session(url, async (client) => {
    const known = new Set((await readMigrations()).map(({ name }) => name));
    const chunks = await Array.fromAsync(dumpDatabase(client, { now, known }));
    return Buffer.concat(chunks);
  });

/** A byte sequence in pieces of a size. */
async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const restore = (
  url: string,
  bytes: Buffer,
  over: Partial<RestoreDatabaseOptions> & { size?: number } = {},
) =>
  session(url, (client) => {
    const { size = 50_000, ...options } = over;
    const now = Date.now();
    return restoreDatabase(client, inPieces(bytes, size), {
      replace: false,
      wasStopped: false,
      market: 'live',
      now,
      until: now,
      ...options,
    });
  });

/** All rows of a table, in an order that depends on them alone. */
const rowsOf = (url: string, table: string) =>
  session(url, async (client) =>
    (await client.query<{ row: string }>(`select ${table}::text as row from ${table} order by 1`)).rows.map(
      ({ row }) => row,
    ),
  );

const candle = (i: number) => ({
  symbol: 'BTCUSD',
  timeframe: '1min' as const,
  openTime: 60_000 * i,
  closeTime: 60_000 * (i + 1),
  open: 0.1 + i / 3,
  high: 1e300,
  low: Number.MIN_VALUE,
  close: Math.PI * i,
  volume: 1.5,
  volumeKind: 'traded' as const,
  ticks: i,
  complete: true,
  source: 'ticks' as const,
  lateTicks: 0,
  longestSilenceMs: 12.25,
  revision: 0,
});

/** What COPY has to escape, and what looks like the end of its rows. */
const awkward = 'a\\.\n\\.\n\ttab \u2028 \\N é 漢 "quoted" \r\n\\\\.';

describe('a backup', () => {
  it('holds every table of the schema', async () => {
    const url = await newDatabase();
    await (await storeOn(url)).close();
    const tables = await session(url, async (client) =>
      (
        await client.query<{ name: string }>(
          `select table_name as name from information_schema.tables where table_schema = 'public'`,
        )
      ).rows.map(({ name }) => name),
    );
    expect(tables.filter((name) => name !== 'migration').sort()).toEqual([...keptTables].sort());
  });

  it('gives back each row to the last bit, wherever the file is split', async () => {
    const url = await newDatabase();
    const store = await storeOn(url);
    await store.candles.save(Array.from({ length: 500 }, (_, i) => candle(i)));
    const signals = Array.from({ length: 5 }, () => aSignal({ reasoning: awkward }));
    for (const one of signals) await store.record([opened(one)], ['community', 'telegram']);
    await store.record([resolved(signals[0]!)], ['community'], ['community']);
    await store.notes.write('chat', awkward);
    await store.close();
    const bytes = await dump(url);
    for (const size of [1, 7, 1_000_000]) {
      const copy = await newDatabase();
      const { rows, held } = await restore(copy, bytes, { wasStopped: true, size });
      expect(held).toBe(0);
      expect(rows.get('candle')).toBe(500);
      for (const table of keptTables)
        expect(await rowsOf(copy, table), table).toEqual(await rowsOf(url, table));
    }
    const reopened = await storeOn(url);
    expect((await reopened.signals.get(signals[1]!.id))?.reasoning).toBe(awkward);
    await reopened.close();
  });

  it('is one moment of a database that is written to', async () => {
    const url = await newDatabase();
    const store = await storeOn(url);
    const stopped = new AbortController();
    let written = 0;
    const writing = (async () => {
      for (; !stopped.signal.aborted; written++)
        await store.record([opened(aSignal(placeOf('W', written)))], ['community', 'telegram']);
    })();
    await until(() => written > 20);
    for (let i = 0; i < 3; i++) {
      const copy = await newDatabase();
      const { header } = await restore(copy, await dump(url));
      expect(header.in_use).toBe(true);
      const [found] = await session(
        copy,
        async (client) =>
          (
            await client.query(
              `select (select last_offset from log_position) as last, (select max(log_offset) from signal_log) as newest,
               (select count(*) from signal) as signals, (select count(*) from outbox) as posts`,
            )
          ).rows,
      );
      expect(found.newest).toBe(found.last);
      expect(Number(found.posts)).toBe(2 * Number(found.signals));
    }
    stopped.abort();
    await writing;
    await store.close();
  });

  it('of an older schema is brought up to date; one of a newer schema is refused', async () => {
    const old = await newDatabase();
    await session(old, async (client) => {
      const folder = await migrationsOfBefore(cluster.folder, /^00[12]-/);
      const pool = new Pool({ connectionString: old });
      await migrate(pool, folder);
      await pool.end();
      await client.query(
        `insert into signal (id, symbol, timeframe, signal_type, status, close_time, created_at, expires_at, body, analysed_window)
         values ('s1', 'BTCUSD', '1h', 'BUY', 'open', 1, 2, 3, '{}', '')`,
      );
      await client.query(
        `insert into outbox (signal_id, channel, symbol, state, position, created_at, updated_at, expires_at)
         values ('s1', 'community', 'BTCUSD', 'delivered', 1, 2, 2, 3)`,
      );
    });
    const bytes = await dump(old);
    const copy = await newDatabase();
    await restore(copy, bytes);
    const posts = await session(copy, (client) => client.query('select post_id, kind, state from outbox'));
    expect(posts.rows).toEqual([{ post_id: 's1', kind: 'opening', state: 'delivered' }]);
    await (await storeOn(copy)).close();

    const newer = Buffer.from(
      bytes.toString().replace('"migrations":[', '"migrations":[{"name":"999-later.sql","checksum":"x"},'),
    );
    await expect(restore(await newDatabase(), newer)).rejects.toThrow(
      new MigrationError('the backup is newer than this program: it holds migration 999-later.sql'),
    );
  });

  it('is refused, and changes nothing, where it is cut, changed or no backup, and where the database is not free', async () => {
    const url = await newDatabase();
    const store = await storeOn(url);
    await store.candles.save(Array.from({ length: 30 }, (_, i) => candle(i)));
    await store.record([opened(aSignal())], ['community']);
    await expect(restore(url, await dump(url), { replace: true })).rejects.toThrow(
      /a server works with this database/,
    );
    await store.close();
    const bytes = await dump(url);
    const target = await newDatabase();
    await restore(target, bytes, { wasStopped: true });
    const before = await Promise.all(keptTables.map((table) => rowsOf(target, table)));
    await expect(restore(target, bytes)).rejects.toThrow(/not empty/);
    await expect(restore(target, bytes, { replace: true, market: 'demo' })).rejects.toThrow(OtherMarketError);
    const busy = Buffer.from(bytes.toString().replace('"in_use":false', '"in_use":true'));
    await expect(restore(target, busy, { replace: true, wasStopped: true })).rejects.toThrow(/--was-stopped/);

    for (let i = 1; i < 15; i++)
      await expect(
        restore(target, bytes.subarray(0, Math.floor((bytes.length * i) / 15)), { replace: true }),
      ).rejects.toThrow(BackupError);
    await expect(restore(target, bytes.subarray(0, -1), { replace: true })).rejects.toThrow('it is cut off');
    await expect(restore(target, Buffer.concat([bytes, bytes]), { replace: true })).rejects.toThrow(
      /behind its end/,
    );
    // A price that is another one is as good a number.
    const changed = Buffer.from(bytes);
    changed[bytes.indexOf('12.25')] = 0x32;
    await expect(restore(target, changed, { replace: true })).rejects.toThrow(/the checksum differs/);
    const missing = Buffer.from(bytes.toString().replace(/\nBTCUSD\t.*/, ''));
    await expect(restore(target, missing, { replace: true })).rejects.toThrow(/candle has 29 rows/);
    for (const other of ['', '{}\n', 'select 1;\n', 'x'.repeat(2_000_000)])
      await expect(restore(target, Buffer.from(other), { replace: true })).rejects.toThrow(BackupError);
    expect(await Promise.all(keptTables.map((table) => rowsOf(target, table)))).toEqual(before);

    await restore(target, bytes, { replace: true, wasStopped: true });
  });

  it('of a database without ours is refused', async () => {
    await expect(dump(await newDatabase())).rejects.toThrow(
      'there is nothing of this server in the database',
    );
  });
});

describe('posts after a restore', () => {
  const timeoutMs = Math.ceil(1000 * patience());
  /** A database whose post was on its way when the backup was made, and one that was queued. */
  const made = async () => {
    const url = await newDatabase();
    const store = await storeOn(url);
    const [queued, sending, done] = [aSignal(), aSignal(), aSignal()];
    for (const one of [queued, sending, done]) await store.record([opened(one)], ['community']);
    const bytes = await session(url, async (client) => {
      await client.query(
        `update outbox set state = 'sending', attempts = 1, token = 'x', sending_until = $2 where post_id = $1`,
        [sending.id, Date.now() + 3_600_000],
      );
      await client.query(`update outbox set state = 'delivered' where post_id = $1`, [done.id]);
      return dump(url);
    });
    const epoch = store.epoch;
    await store.close();
    const copy = await newDatabase();
    const { held } = await restore(copy, bytes);
    expect(held).toBe(2);
    const restored = await storeOn(copy);
    expect(restored.epoch).not.toBe(epoch);
    return { store: restored, queued, sending, done };
  };
  const stateOf = async (store: Store, id: string) => (await store.signals.get(id))?.deliveries[0];

  it('that waited are parked, with the reason, where nobody can be asked', async () => {
    const { store, queued, sending, done } = await made();
    const target = await platform();
    const posts = pipeline({ store, url: target.url, channel: { timeoutMs } });
    for (const { id } of [queued, sending]) {
      const row = await until(async () => {
        const found = await stateOf(store, id);
        return found?.state === 'parked' && found;
      });
      expect(row.last_answer).toMatch(/restored from a backup of .* may have been sent since; look there/);
    }
    expect((await stateOf(store, done.id))?.state).toBe('delivered');
    expect(target.received).toEqual([]);
    await posts.close();
    await target.close();
    await store.close();
  });

  it('are asked about where the platform can be asked, and sent where it has none', async () => {
    const { store, queued, sending, done } = await made();
    const target = await platform();
    const has = new Set([queued.id, done.id]);
    target.lookup = (response, id) =>
      has.has(id)
        ? says(response, 200, { signal_id: `p-${id}`, idempotency_key: id })
        : says(response, 404, { detail: 'Not Found' });
    const posts = pipeline({ store, url: target.url, lookupPath: '/lookup', channel: { timeoutMs } });
    for (const { id } of [queued, sending])
      await until(async () => (await stateOf(store, id))?.state === 'delivered', 30_000);
    expect(target.received.map(({ id }) => id)).toEqual([sending.id]);
    await posts.close();
    await target.close();
    await store.close();
  });

  it('are repeated under their ids where these are dropped', async () => {
    const { store, queued, sending } = await made();
    const target = await platform();
    const posts = pipeline({ store, url: target.url, channel: { idempotent: true, timeoutMs } });
    for (const { id } of [queued, sending])
      await until(async () => (await stateOf(store, id))?.state === 'delivered');
    expect(target.received.map(({ id }) => id).sort()).toEqual([queued.id, sending.id].sort());
    await posts.close();
    await target.close();
    await store.close();
  });

  it('of candles that had closed by then, and of ends, are left to the operator; later ones are sent', async () => {
    const { store, done } = await made();
    const target = await platform();
    const posts = pipeline({ store, url: target.url, channel: { timeoutMs } });
    // Long before and after, however slow the machine is.
    const early = aSignal({ close_time: Date.now() - 900_000 });
    const late = aSignal({ close_time: Date.now() + 900_000 });
    await posts.issue(early, late);
    await posts.record(resolved(done, { resolved_at: Date.now() - 900_000 }));
    await until(async () => (await stateOf(store, late.id))?.state === 'delivered');
    expect(await stateOf(store, early.id)).toMatchObject({
      state: 'parked',
      last_answer: expect.stringMatching(/may have been posted already/),
    });
    const end = (await store.signals.get(done.id))?.end_deliveries?.[0];
    expect(end).toMatchObject({ state: 'parked', last_answer: expect.stringMatching(/told already/) });
    await posts.record(resolved(late, { resolved_at: Date.now() + 900_000 }));
    await until(async () => (await store.signals.get(late.id))?.end_deliveries?.[0]?.state === 'delivered');
    expect(target.received.map(({ id, path }) => [id, path])).toEqual([
      [late.id, '/api/signals/external'],
      [late.id, '/ended'],
    ]);
    await posts.close();
    await target.close();
    await store.close();
  });
});
