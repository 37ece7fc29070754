import type pg from 'pg';

/** Something that runs statements: the pool, or the session of a transaction. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

/** Runs `work` in one transaction on one session, which `begin` begins. Rolls back where one of them throws; a broken session is discarded. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (session: pg.PoolClient) => Promise<T>,
  begin: (session: pg.PoolClient) => Promise<unknown> = (session) => session.query(beginLimited()),
): Promise<T> {
  const session = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => (broken = error);
  session.on('error', onError);
  try {
    await begin(session);
    const result = await work(session);
    await session.query('commit');
    return result;
  } catch (error) {
    await session.query('rollback').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    session.off('error', onError);
    session.release(broken);
  }
}

/** A process that stands still between two statements keeps others waiting for what it has locked no longer than this, ms. */
export const idleMs = 3000;

/**
 * Begins a transaction whose locks others get back soon, should its process be frozen or cut off: two statements, one round trip. One that
 * stands still in mid-message does not count as idle to PostgreSQL: the whole takes no longer than `wholeMs`, on version 17 or later.
 */
export const beginLimited = (wholeMs = 10_000): string =>
  `begin; select set_config('idle_in_transaction_session_timeout', '${idleMs}', true),
     case when current_setting('transaction_timeout', true) is not null
       then set_config('transaction_timeout', '${wholeMs}', true) end`;

/** Runs a statement on each new connection of a pool before it is used. The pool waits for it, though its types do not show that. */
export const onEachConnection =
  (statement: string): NonNullable<pg.PoolConfig['onConnect']> =>
  (client: pg.ClientBase) =>
    client.query(statement);

/** Gives up the idle connections of a pool: the next ones may lead to another server. */
export async function renew(pool: pg.Pool): Promise<void> {
  for (let left = pool.idleCount; left > 0; left--) (await pool.connect()).release(true);
}

/** The server takes no writes: a standby, or set to read only. */
export const isReadOnly = (error: unknown): boolean => codeOf(error) === '25006';

/** It was too busy for this statement: it took too long, or met another one. It may be tried again. */
export const isDatabaseBusy = (error: unknown): boolean => /^(?:40|55P03$|57014$)/.test(codeOf(error));

/**
 * Whether the database could not do what it was asked, as opposed to having refused the statement: no connection, a lost one, a
 * server that starts or stops, takes no writes, has no room, or has ended a transaction that stood still. Such work may be tried again.
 */
export function isDatabaseAway(error: unknown): boolean {
  const code = codeOf(error);
  if (/^(?:08|53|57P|58|25006$|25P0[34]$)/.test(code)) return true;
  if (/^(?:ECONN|ENOENT$|EPIPE$|ETIMEDOUT$|ENOTFOUND$|EAI_AGAIN$|EHOSTUNREACH$|ENETUNREACH$)/.test(code))
    return true;
  return /Connection terminated|connection timeout|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Query read timeout/i.test(
    error instanceof Error ? error.message : '',
  );
}

/** SQLSTATE, or the system's code; empty for whatever else was thrown. */
function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
