import type { QueryResult } from 'pg';
import { beginLimited, type Queryable } from '../database.ts';

/** Another process has taken over: what this one has in hand belongs to the other. Nothing was written. */
export class StaleTermError extends Error {
  override readonly name = 'StaleTermError';
}

/**
 * Begins a transaction, and throws StaleTermError unless `term` is the current one. It stays that until the transaction has ended:
 * whoever wants the next term waits for it. One round trip.
 */
export async function beginUnder(session: Queryable, term: number): Promise<void> {
  const [, , found] = (await session.query(
    `${beginLimited()}; select term from ingest_term for share`,
  )) as unknown as [QueryResult, QueryResult, QueryResult<{ term: number | string }>];
  const current = Number(found.rows[0]!.term);
  if (current > term)
    throw new StaleTermError(`another process writes since term ${current}, and this is of term ${term}`);
  // Two hosts take writes, or an old copy has come back.
  if (current < term)
    throw new StaleTermError(
      `this is an older database: its term is ${current}, and this process has written under ${term}; of several hosts in DATABASE_URL one alone may take writes`,
    );
}

/**
 * Raises the term for `holder`, and returns it. It is the time of the database, Unix ms, where that is higher than the next number: so it
 * grows too where a failover or an old backup has lost the last one, for others remember the highest that they have heard of.
 */
export async function raiseTerm(session: Queryable, holder: string): Promise<number> {
  const { rows } = await session.query<{ term: number | string }>(
    `update ingest_term set term = greatest(term + 1, floor(extract(epoch from clock_timestamp()) * 1000)::bigint), holder = $1
     returning term`,
    [holder],
  );
  return Number(rows[0]!.term);
}
