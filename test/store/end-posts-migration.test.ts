import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../store/embedded-postgres.ts';
import { migrate } from '../../store/migrate.ts';
import { quiet, temporaryFolder } from '../support/services/database.ts';

const migrations = new URL('../../store/migrations/', import.meta.url).pathname;

describe('003-end-posts', () => {
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

  it('makes each post of before the opening of its signal', async () => {
    const before = join(folder.path, 'before');
    await mkdir(before);
    await copyFile(join(migrations, '001-tables.sql'), join(before, '001-tables.sql'));
    await migrate(pool, before);
    await pool.query(
      `insert into signal (id, symbol, timeframe, signal_type, status, close_time, created_at, expires_at, body, analysed_window)
       values ('s1', 'BTCUSD', '1h', 'BUY', 'open', 1, 2, 3, '{}', '')`,
    );
    await pool.query(
      `insert into outbox (signal_id, channel, symbol, state, position, created_at, updated_at, expires_at)
       values ('s1', 'community', 'BTCUSD', 'queued', 1, 2, 2, 3), ('s1', 'telegram', 'BTCUSD', 'parked', 1, 2, 2, 3)`,
    );
    expect(await migrate(pool, migrations)).toEqual(
      (await readdir(migrations)).filter((name) => name.endsWith('.sql') && !name.startsWith('001')).sort(),
    );
    const { rows } = await pool.query('select post_id, kind, channel, state from outbox order by channel');
    expect(rows).toEqual([
      { post_id: 's1', kind: 'opening', channel: 'community', state: 'queued' },
      { post_id: 's1', kind: 'opening', channel: 'telegram', state: 'parked' },
    ]);
  });
});
