import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Client, PoolConfig } from 'pg';
import { newClient } from './connect/new-client.ts';
import { UnusableServiceError } from './unusable-service-error.ts';

/**
 * What a connection to the database is. `own`: a session, whose settings and LISTEN last. `shared`: a pooler gives each transaction
 * whichever session is free (PgBouncer's transaction and statement pooling): nothing lasts beyond a transaction.
 */
export type Sessions = 'own' | 'shared';

/** A notification on a session of our own takes some milliseconds. */
const noticeMs = 1000;
const connectMs = 3000;

/**
 * Tests whether a session keeps its state between transactions: a LISTEN of one connection must receive another's NOTIFY. Throws
 * UnusableServiceError where a pooler refuses the connection's parameters, or drops a search_path that was asked for.
 */
export async function sessionsOf(connection: PoolConfig): Promise<Sessions> {
  const settings = { ...connection, connectionTimeoutMillis: connectMs, query_timeout: connectMs };
  const [listener, other] = [newClient(settings), newClient(settings)];
  for (const client of [listener, other]) client.on('error', () => {});
  try {
    await listener.connect();
    await checkSearchPath(listener, connection.connectionString);
    const channel = `anso_trial_${randomBytes(6).toString('hex')}`;
    const heard = once(listener, 'notification', { signal: AbortSignal.timeout(noticeMs) }).then(
      () => true,
      () => false,
    );
    await listener.query(`listen ${channel}`);
    const told = await other.connect().then(
      () => other.query(`select pg_notify('${channel}', '')`).then(() => true),
      // There was no second session to have, so the first one is held: it is our own.
      () => false,
    );
    return !told || (await heard) ? 'own' : 'shared';
  } catch (error) {
    throw asUnusable(error);
  } finally {
    await Promise.allSettled([listener.end(), other.end()]);
  }
}

/** Does the search_path of DATABASE_URL's `options` hold? Other settings that get lost change nothing that is stored. */
async function checkSearchPath(client: Client, url: string | undefined): Promise<void> {
  const options = url === undefined || !url.includes('options=') ? null : optionsOf(url);
  const wanted = /search_path\s*=\s*(\S+)/.exec(options ?? '')?.[1];
  if (wanted === undefined) return;
  const { rows } = await client.query<{ search_path: string }>('show search_path');
  const plain = (path: string) => path.replaceAll(/["\s]/g, '');
  const found = rows[0]!.search_path;
  if (plain(found) !== plain(wanted))
    throw new UnusableServiceError(
      `DATABASE_URL asks for search_path ${wanted}, and the pooler in front of the database ignores it (it is ${found}): set it with ALTER ROLE … SET search_path, or connect without the pooler`,
    );
}

const optionsOf = (url: string) => new URLSearchParams(url.slice(url.indexOf('?'))).get('options');

function asUnusable(error: unknown): unknown {
  const { message } = error as Error;
  const parameter = /unsupported startup parameter: (\w+)/.exec(message)?.[1];
  if (parameter === undefined) return error;
  return new UnusableServiceError(
    `the pooler in front of the database refuses \`${parameter}\` of DATABASE_URL: take it out of the URL, or add it to ignore_startup_parameters in pgbouncer.ini`,
  );
}
