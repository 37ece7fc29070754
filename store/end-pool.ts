import type { Pool } from 'pg';
import { withTimeout } from './with-timeout.ts';

/**
 * Ends a pool, and waits no longer than `patienceMs` for queries in hand: a database that is frozen answers none, and its sockets end with
 * the process. Did it end?
 */
export function endPool(pool: Pick<Pool, 'end'>, patienceMs = 500): Promise<boolean> {
  return withTimeout(patienceMs, pool.end(), 'the pool').then(
    () => true,
    () => false,
  );
}
