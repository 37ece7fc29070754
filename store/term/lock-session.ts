import { Client, type PoolConfig } from 'pg';
import { raiseTerm } from './check-term.ts';

/** What a session knows of the lock and of the term. */
export interface TermState {
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
  /** Gives the lock back. Does not wait for a server that is silent. */
  readonly close: () => Promise<void>;
}

export interface LockSessionOptions {
  readonly connection: PoolConfig;
  /** The server ends a session that has asked nothing for this long, ms: it is frozen, or nothing of it arrives. */
  readonly idleMs: number;
  /** The session has ended, and the lock with it. */
  readonly onEnd: () => void;
}

/** Told from other advisory locks by this number, and from another installation's in the same database by its table. */
const lock = `1634628463, 'ingest_term'::regclass::oid::int`;
const connectMs = 1000;
const closeMs = 500;

export async function openLockSession(options: LockSessionOptions): Promise<LockSession> {
  const { connection, idleMs, onEnd } = options;
  const client = new Client({
    ...connection,
    application_name: 'anso-vision ingest',
    connectionTimeoutMillis: connectMs,
  });
  // Whoever asks next hears of it.
  client.on('error', () => {});
  client.on('end', onEnd);
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
    await client.connect();
    await client.query(limitsOf(idleMs));
  } catch (error) {
    void close();
    throw error;
  }
  return {
    tryLock: () => state(`pg_try_advisory_lock(${lock}) as is_ours,`),
    read: () => state(''),
    raise: (holder) => raiseTerm(client, holder),
    close,
  };
}

/** Limits of the session on the server's side; what an older server does not know is left out. */
const limitsOf = (idleMs: number) =>
  `select set_config(name, value, false)
   from (values ('idle_session_timeout', '${idleMs}'), ('statement_timeout', '${2 * idleMs}'),
     ('tcp_user_timeout', '${idleMs}'), ('tcp_keepalives_idle', '1'), ('tcp_keepalives_interval', '1'), ('tcp_keepalives_count', '3'))
     as wanted (name, value)
   join pg_settings using (name)`;
