import { describe, expect, it } from 'vitest';
import { newestTerm } from '../../cluster/newest-term.ts';
import { followSnapshots } from '../../cluster/snapshot.ts';
import type { Snapshot } from '../../schema/cluster.ts';
import { until } from '../support/until.ts';

const snapshot = (over: Partial<Snapshot> = {}): Snapshot => ({
  term: 1,
  taken: 1,
  ingest: 'host:1:a',
  feed: { type: 'feed', state: 'live', since: 0 },
  symbols: [],
  spreads: {},
  posted: [],
  calendar: { state: 'fresh', events: [] },
  articles: null,
  parts: {},
  reasons: [],
  ...over,
});

describe('followSnapshots', () => {
  it('takes one that stays the same for no sign of life, though its key is there', async () => {
    let now = snapshot();
    const redis = { get: async () => JSON.stringify(now) } as never;
    const snapshots = await followSnapshots(redis, 'key', newestTerm(0), 20);
    expect(snapshots.current()).toMatchObject({ ingest: 'host:1:a' });
    await until(() => snapshots.current() === undefined, 20_000);
    expect(snapshots.problem()).toMatch(/the ingest's state has been the same for \d+ s/);
    now = snapshot({ taken: 2 });
    await until(() => snapshots.current() !== undefined);
    expect(snapshots.problem()).toBeUndefined();
    snapshots.close();
  });
});
