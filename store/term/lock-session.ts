import type { PoolConfig } from 'pg';
import { newClient } from '../connect/new-client.ts';
import { withTimeout } from '../with-timeout.ts';
import { raiseTerm } from './check-term.ts';

/** What a session knows of the lock and of the term. */
interface TermState {
  /** Has this session the lock? */
  readonly isOurs: boolean;
  readonly term: number;
  /** Who took the term, for people. */
  readonly holder: string;
}

/** A session of PostgreSQL of its own, for the lock of whoever writes as the ingest: the lock ends with the session. */
export interface LockSession {
  /** Takes the lock if it is free. Not to be called again once it is ours. */
  readonly tryLock: () => Promise<TermState>;
  /** The term, without asking for the lock. */
  readonly read: () => Promise<Omit<TermState, 'isOurs'>>;
  /** Raises the term and returns it. Only with the lock. */
  readonly raise: (holder: string) => Promise<number>;
  /** Tells the holder that this session's process could take over, or could not. */
  readonly offer: (isAble: boolean) => Promise<void>;
  /** Has another process told that it could take over? */
  readonly hasOffer: () => Promise<boolean>;
  /** Calls back when the session has ended, and the lock with it. */
  readonly onEnd: (listener: () => void) => void;
  /** Gives the lock back. Does not wait for a server that is silent. */
  readonly close: () => Promise<void>;
}

export interface LockSessionOptions {
  readonly connection: PoolConfig;
  /** The server ends a session that has asked nothing for this long, ms: it is frozen, or nothing of it arrives. */
  readonly idleMs: number;
}

/** Told from other advisory locks by these numbers, and from another installation's in the same database by its table. */
const [lockClass, offerClass] = [1634628463, 1634628464];
const table = `'ingest_term'::regclass::oid`;
/** How long it may take to connect and to set the session's limits, ms. */
const connectMs = 2000;
const closeMs = 500;

export async function openLockSession(options: LockSessionOptions): Promise<LockSession> {
  const { connection, idleMs } = options;
  const client = newClient({
    ...connection,
    application_name: 'anso-vision ingest',
    connectionTimeoutMillis: connectMs,
  });
  // Whoever asks next hears of it.
  client.on('error', () => {});
  const close = async () => {
    const ended = client.end().catch(() => {});
    await Promise.race([ended, new Promise((done) => setTimeout(done, closeMs).unref())]);
  };
  const state = async (columns: string) => {
    const { rows } = await client.query<{ is_ours: boolean; term: string; holder: string }>(
      `select ${columns} term, holder from ingest_term`,
    );
    const { is_ours: isOurs, term, holder } = rows[0]!;
    return { isOurs, term: Number(term), holder };
  };
  try {
    const opening = client.connect().then(() => client.query(limitsOf(idleMs)));
    await withTimeout(connectMs, opening, 'the database');
  } catch (error) {
    void close();
    throw error;
  }
  return {
    tryLock: () => state(`pg_try_advisory_lock(${lockClass}, ${table}::int) as is_ours,`),
    read: () => state(''),
    raise: (holder) => raiseTerm(client, holder),
    offer: async (isAble) => {
      const work = isAble ? 'pg_try_advisory_lock_shared' : 'pg_advisory_unlock_shared';
      await client.query(`select ${work}(${offerClass}, ${table}::int)`);
    },
    hasOffer: async () => {
      const { rows } = await client.query(
        `select from pg_locks join pg_database on pg_database.oid = pg_locks.database
         where locktype = 'advisory' and datname = current_database() and classid = ${offerClass} and objid = ${table}
           and pid <> pg_backend_pid()`,
      );
      return rows.length > 0;
    },
    onEnd: (listener) => void client.on('end', listener),
    close,
  };
}

/** Limits of the session on the server's side; what an older server does not know is left out. */
const limitsOf = (idleMs: number) =>
  `select set_config(name, value, false)
   from (values ('idle_session_timeout', '${idleMs}'), ('statement_timeout', '${2 * idleMs}'), ('transaction_timeout', '${3 * idleMs}'),
     ('tcp_user_timeout', '${idleMs}'), ('tcp_keepalives_idle', '1'), ('tcp_keepalives_interval', '1'), ('tcp_keepalives_count', '3'))
     as wanted (name, value)
   join pg_settings using (name)`;
