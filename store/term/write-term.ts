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
  /** It has lost its place: what it still wants to write is refused without asking. */
  readonly leave: () => void;
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
    leave: () => void (current = undefined),
    take: async (holder) => {
      const term = await raiseTerm(pool, holder);
      adopt(term);
      return term;
    },
    write: async (work) => {
      if (current === undefined) throw new StaleTermError('this process has no term to write under');
      const term = current;
      return inTransaction(pool, work, (session) => beginUnder(session, term)).catch((error: unknown) => {
        if (error instanceof StaleTermError) for (const listener of listeners) listener(error);
        throw error;
      });
    },
    onStale: (listener) => void listeners.push(listener),
  };
}
