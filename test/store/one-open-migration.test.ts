import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ResolvedFrame } from '../../schema/wire.ts';
import { openStore } from '../../store/open-store.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../store/embedded-postgres.ts';
import { migrate } from '../../store/migrate.ts';
import { bodyOf } from '../../store/signal-rows.ts';
import { quiet, temporaryFolder } from '../support/services/database.ts';
import { aSignal, opened } from '../support/signals.ts';

const migrations = new URL('../../store/migrations/', import.meta.url).pathname;

describe('004-term-and-one-open', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let database: EmbeddedPostgres;
  let pool: Pool;
  beforeAll(async () => {
    folder = await temporaryFolder();
    database = await startEmbeddedPostgres({
      dataDir: join(folder.path, 'data'),
      rootFolder: join(folder.path, 'lib'),
      log: quiet,
    });
    pool = new Pool(database.connection);
    pool.on('error', () => {});
  });
  afterAll(async () => {
    await pool.end();
    await database.stop();
    await folder.remove();
  });

  it('leaves the newest of several open ones; the others are void, told of, and not posted', async () => {
    const before = join(folder.path, 'before');
    await mkdir(before);
    for (const name of await readdir(migrations))
      if (/^00[123]-/.test(name)) await copyFile(join(migrations, name), join(before, name));
    await migrate(pool, before);
    const made = [
      ['oldest', 'BTCUSD', '1h', 10, 'queued', false],
      ['middle', 'BTCUSD', '1h', 20, 'queued', true],
      ['newest', 'BTCUSD', '1h', 30, 'queued', false],
      ['longer', 'BTCUSD', '4h', 10, 'queued', false],
      ['other', 'ETHUSD', '1h', 10, 'delivered', false],
    ] as const;
    for (const [id, symbol, timeframe, createdAt, state, maybe] of made) {
      const signal = aSignal({ id, symbol, timeframe, created_at: createdAt });
      await pool.query(
        `insert into signal (id, symbol, timeframe, signal_type, status, close_time, created_at, expires_at, body, analysed_window)
         values ($1, $2, $3, 'BUY', 'open', 1, $4, 99, $5, '')`,
        [id, symbol, timeframe, createdAt, JSON.stringify(bodyOf(signal))],
      );
      await pool.query(
        `insert into outbox (post_id, signal_id, channel, symbol, state, maybe_stored, position, created_at, updated_at, expires_at)
         values ($1, $1, 'community', $2, $3, $4, 1, 2, 2, 99)`,
        [id, symbol, state, maybe],
      );
    }
    await pool.query('update log_position set last_offset = 7');

    const { host, user } = database.connection;
    const store = await openStore({
      dataDir: folder.path,
      databaseUrl: `postgresql:///postgres?host=${host}&user=${user}`,
      log: quiet,
      now: Date.now,
    });
    try {
      const stored = new Map(
        await Promise.all(made.map(async ([id]) => [id, (await store.signals.get(id))!] as const)),
      );
      expect([...stored].map(([id, { status, deliveries }]) => [id, status, deliveries[0]?.state])).toEqual([
        ['oldest', 'void', 'superseded'],
        ['middle', 'void', 'parked'],
        ['newest', 'open', 'queued'],
        ['longer', 'open', 'queued'],
        ['other', 'open', 'delivered'],
      ]);
      expect(stored.get('oldest')?.outcome).toMatchObject({ status: 'void', r: null, exit_price: 100 });
      expect(await store.log.position()).toMatchObject({ offset: 9 });
      const frames = await store.log.since(7);
      expect(frames.map((frame) => ResolvedFrame.parse(frame))).toEqual(frames);
      expect(frames).toMatchObject(
        ['oldest', 'middle'].map((id, i) => ({
          type: 'signal_resolved',
          symbol: 'BTCUSD',
          timeframe: '1h',
          id,
          epoch: store.epoch,
          offset: 8 + i,
          outcome: { status: 'void' },
        })),
      );
      await store.term.take('a test');
      const next = await store.record([opened(aSignal({ symbol: 'SOLUSD' }))], []);
      expect(next.frames.map(({ offset }) => offset)).toEqual([10]);
    } finally {
      await store.close();
    }
  });
});
