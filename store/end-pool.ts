import type { Pool } from 'pg';
import { within } from './within.ts';

/**
 * Ends a pool, and waits no longer than `patienceMs` for queries in hand: a database that is frozen answers none, and its sockets end with
 * the process.
 */
export async function endPool(pool: Pick<Pool, 'end'>, patienceMs = 1_000): Promise<void> {
  await within(patienceMs, pool.end(), 'the pool').catch(() => {});
}
