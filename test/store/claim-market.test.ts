import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    await (await open('demo')).close();
  });
});
