import { Client, Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction, isDatabaseAway } from '../../store/database.ts';
import { openStore, type Store } from '../../store/open-store.ts';
import { tryDatabase } from '../../store/try-database.ts';
import { patience } from '../support/patience.ts';
import { quiet, temporaryFolder } from '../support/services/database.ts';
import { type FaultProxy, startFaultProxy } from '../support/services/fault-proxy.ts';
import { type PostgresProcess, postgresProcess } from '../support/services/postgres.ts';
import { until } from '../support/until.ts';

describe('a process that is cut off from the database without a word', () => {
  let database: PostgresProcess;
  let proxy: FaultProxy;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let other: Store;
  let observer: Client;
  let through: string;
  let pool: Pool;

  beforeAll(async () => {
    database = await postgresProcess('secret');
    await database.start();
    folder = await temporaryFolder();
    other = await openStore({ dataDir: folder.path, databaseUrl: database.url, log: quiet, now: Date.now });
    observer = new Client({ connectionString: database.url });
    await observer.connect();
    proxy = await startFaultProxy({ target: Number(new URL(database.url).port) });
    const url = new URL(database.url);
    url.port = String(proxy.port);
    through = url.href;
  });
  beforeEach(() => {
    pool = new Pool({ connectionString: through, application_name: 'cut off' });
    pool.on('error', () => {});
  });
  afterEach(async () => {
    Object.assign(proxy.faults, { blackhole: false, latencyMs: 0 });
    proxy.cut();
    await pool.end();
  });
  afterAll(async () => {
    await proxy.close();
    await observer.end();
    await other.close();
    await database.dispose();
    await folder.remove();
  });

  it('holds up no other that looks whether the database is well', async () => {
    proxy.faults.latencyMs = 200;
    let looks = 0;
    const holdsARow = async () => {
      const { rows } = await observer.query(
        `select from pg_stat_activity where application_name = 'cut off' and state = 'idle in transaction' and query like '%meta%'`,
      );
      return rows.length > 0;
    };
    const looking = (async () => {
      for (; looks < 3 && !proxy.faults.blackhole; looks++) await tryDatabase(pool);
    })();
    await until(async () => looks === 3 || (await holdsARow()));
    proxy.faults.blackhole = true;
    expect(await other.unhealthy()).toBeUndefined();
    await looking;
  });

  it('gives back what it had locked within seconds', async () => {
    const failed = inTransaction(pool, async (session) => {
      await session.query(`update meta set value = value where key = 'epoch'`);
      proxy.faults.blackhole = true;
      return session.query('select 1');
    }).catch((error: unknown) => error);
    await until(() => proxy.faults.blackhole);
    const asked = performance.now();
    await observer.query(`update meta set value = value where key = 'epoch'`);
    expect(performance.now() - asked).toBeLessThan(9_000 * patience());
    proxy.cut();
    expect(isDatabaseAway(await failed)).toBe(true);
  });
});
