import type { Snapshots } from '../../cluster/snapshot.ts';
import type { HealthSource } from './health.ts';

/** What the ingest elsewhere says of itself. */
export function snapshotHealth({ current, problem }: Pick<Snapshots, 'current' | 'problem'>): HealthSource {
  return {
    parts: () => {
      const snapshot = current();
      if (snapshot === undefined)
        return { ingest: { state: 'down', reason: problem() ?? 'no ingest answers' } };
      return { ...snapshot.parts, ingest: { state: 'ok', process: snapshot.ingest } };
    },
    reasons: () => current()?.reasons ?? [`ingest: ${problem() ?? 'none answers'}`],
  };
}
