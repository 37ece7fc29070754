import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../../app/cluster.ts';
import type { Context } from '../../../app/context.ts';
import { serveIngest } from '../../../app/roles/serve-ingest.ts';
import type { Storage } from '../../../app/storage.ts';
import { StaleTermError } from '../../../store/term/check-term.ts';
import type { AnalysisPool } from '../../../workers/analysis-pool.ts';
import { quiet, temporaryStore } from '../../support/services/database.ts';

describe('serveIngest', () => {
  it('opens nothing where the place was lost while the store was read', async () => {
    const { store, dispose } = await temporaryStore();
    const opened: unknown[] = [];
    const own: Context['own'] = (resource) => {
      opened.push(resource);
      return resource;
    };
    let term: number | undefined = 7;
    const serving = serveIngest(
      { log: quiet, own, config: {}, assignments: {} } as unknown as Context,
      { store } as Storage,
      { link: {}, names: {}, id: 'this one' } as Cluster,
      {} as AnalysisPool,
      async () => {},
      { term: () => term, lose: () => {} },
    );
    term = undefined;
    try {
      await expect(serving).rejects.toThrow(StaleTermError);
      expect(opened).toEqual([]);
    } finally {
      await dispose();
    }
  });
});
