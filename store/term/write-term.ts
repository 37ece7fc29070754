import type pg from 'pg';
import { inTransaction } from '../database.ts';
import { beginUnder, raiseTerm, StaleTermError } from './check-term.ts';

/** Under which term this process writes. Without one nothing that an ingest knows can be written. */
export interface WriteTerm {
  /** Undefined before it has taken one. */
  readonly current: () => number | undefined;
  /** The highest that anybody has taken. */
  readonly latest: () => Promise<number>;
  /** This process has taken `term`. */
  readonly adopt: (term: number) => void;
  /** Takes the next term, whoever has the last one. Its writes are refused from now on. */
  readonly take: (holder: string) => Promise<number>;
  /** Runs `work` in a transaction that the database accepts under the current term alone. Rejects with StaleTermError under another. */
  readonly write: <T>(work: (session: pg.PoolClient) => Promise<T>) => Promise<T>;
  /** Calls back when a write was refused because another process has taken over. */
  readonly onStale: (listener: (error: StaleTermError) => void) => void;
}

export function writeTerm(pool: pg.Pool): WriteTerm {
  const listeners: ((error: StaleTermError) => void)[] = [];
  let current: number | undefined;
  const adopt = (term: number) => void (current = term);
  return {
    current: () => current,
    latest: async () => {
      const { rows } = await pool.query<{ term: number }>('select term from ingest_term');
      return rows[0]!.term;
    },
    adopt,
    take: async (holder) => {
      const term = await raiseTerm(pool, holder);
      adopt(term);
      return term;
    },
    write: (work) =>
      inTransaction(pool, work, (session) => beginUnder(session, current)).catch((error: unknown) => {
        if (error instanceof StaleTermError) for (const listener of listeners) listener(error);
        throw error;
      }),
    onStale: (listener) => void listeners.push(listener),
  };
}
