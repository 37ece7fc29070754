import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateQueue } from '../../store/migrate.ts';
import { queueBackend } from '../../store/queue-backend.ts';
import { emptyDatabase } from '../support/services/database.ts';
import { until } from '../support/until.ts';

describe('a queue in PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof emptyDatabase>>;
  beforeAll(async () => {
    database = await emptyDatabase();
    await migrateQueue(database.pool);
  });
  afterAll(() => database.dispose());

  /** What it logs where its sessions are ended with a statement in hand. */
  const saidAtEndOfSessions = async ({ isClosed }: { isClosed: boolean }): Promise<string[]> => {
    const said: string[] = [];
    const log = pino(
      {},
      { write: (line: string) => void said.push((JSON.parse(line) as { msg: string }).msg) },
    );
    const { host, user, database: name } = database.pool.options;
    const backend = queueBackend({ connection: { host, user, database: name }, log, random: Math.random });
    const other = await database.pool.connect();
    await other.query('begin; lock table bullmq.meta');
    const asked = backend.unhealthy();
    const sessions = `from pg_stat_activity where application_name = 'anso-vision queue'`;
    await until(async () => {
      const { rowCount } = await database.pool.query(`select ${sessions} and wait_event_type = 'Lock'`);
      return rowCount === 1;
    });
    // It waits half a second for what is in hand.
    if (isClosed) await backend.close();
    await database.pool.query(`select pg_terminate_backend(pid) ${sessions}`);
    await other.query('rollback');
    other.release();
    expect(await asked).toContain('takes no jobs');
    if (!isClosed) await backend.close();
    return said;
  };

  it('says that its database is away, and not that its own stop has ended it', async () => {
    expect(await saidAtEndOfSessions({ isClosed: false })).toEqual(["the queue's database is away"]);
    expect(await saidAtEndOfSessions({ isClosed: true })).toEqual([]);
  });
});
