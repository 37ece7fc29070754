import { readdir } from 'node:fs/promises';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../store/migrate.ts';
import { emptyDatabase, migrations, migrationsOfBefore } from '../support/services/database.ts';

describe('003-end-posts', () => {
  let folder: string;
  let pool: Pool;
  let dispose: () => Promise<void>;
  beforeAll(async () => {
    ({ pool, folder, dispose } = await emptyDatabase());
  });
  afterAll(() => dispose());

  it('makes each post of before the opening of its signal', async () => {
    await migrate(pool, await migrationsOfBefore(folder, /^001-/));
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
