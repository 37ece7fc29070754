import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimMarket } from '../../store/claim-market.ts';
import { temporaryFolder, temporaryStoreAt } from '../support/services/database.ts';

describe('a database', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => folder.remove());

  it('that was one market’s is not opened for the other’s', async () => {
    const open = (market?: 'demo' | 'live') => temporaryStoreAt(folder.path, market && { market });
    for (const market of ['demo', 'demo', undefined] as const) await (await open(market)).close();
    await expect(open('live')).rejects.toThrow(/holds what the demo has invented/);
    const demo = await open('demo');
    const pool = new Pool(demo.connection);
    await pool.query(`update meta set value = 'live' where key = 'market'`);
    await expect(claimMarket(pool, 'demo')).rejects.toThrow(/is a live server's/);
    await claimMarket(pool, 'live');
    await pool.end();
    await demo.close();
  });
});
