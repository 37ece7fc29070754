import { Pool, types, type PoolConfig } from 'pg';
import type { SignalEvent } from '../schema/signal-event.ts';
import { candlesTable, type CandlesTable } from './candles-table.ts';
import { claimMarket, type StoredMarket } from './claim-market.ts';
import { databaseConfig } from './connect/database-config.ts';
import { idleMs, isDatabaseAway, isReadOnly, onEachConnection } from './database.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';
import type { Log } from './log.ts';
import { endPool } from './end-pool.ts';
import { migrate, migrateQueue } from './migrate.ts';
import { type Notes, notes } from './notes.ts';
import { outboxTable, type OutboxTable } from './posts/outbox-table.ts';
import type { Cause, Recorded } from './record/cause.ts';
import { recordCauses } from './record/record-causes.ts';
import {
  type RestoreOptions,
  type RestoreQuery,
  restoreSymbols,
  type StoredSymbol,
} from './restore/restore-symbols.ts';
import { simulatedHistoryTable, type SimulatedHistoryTable } from './simulated-history.ts';
import { type Sessions, sessionsOf } from './sessions.ts';
import { shadowTable, type ShadowTable } from './shadow-table.ts';
import { signalLog, type SignalLog } from './signal-log.ts';
import { signalsTable, type SignalsTable } from './signals-table.ts';
import { tryDatabase, whyUnusable } from './try-database.ts';
import { UnusableServiceError } from './unusable-service-error.ts';
import { type WriteTerm, writeTerm } from './term/write-term.ts';

export interface StoreOptions {
  /** Holds the embedded database where `databaseUrl` is not given. */
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  readonly log: Log;
  /** The server's clock, Unix ms. */
  readonly now: () => number;
  /** Connections of the store's own. @default 8 */
  readonly maxConnections?: number;
  /** See startEmbeddedPostgres. */
  readonly rootFolder?: string;
  /** How long to wait for a DATABASE_URL that does not answer. @default 10_000 */
  readonly patienceMs?: number;
  /** Whose prices it is to hold; refused with OtherMarketError where it holds the other's. @default not asked */
  readonly market?: StoredMarket;
}

export interface Store {
  /** Names this database's signal log. */
  readonly epoch: string;
  readonly candles: CandlesTable;
  readonly signals: SignalsTable;
  readonly log: SignalLog;
  readonly outbox: OutboxTable;
  readonly shadow: ShadowTable;
  readonly notes: Notes;
  readonly simulatedHistory: SimulatedHistoryTable;
  /** Under which term this process writes signals and candles. */
  readonly term: WriteTerm;
  /**
   * Writes the events of one cause in one transaction: signals, outbox rows for `channels` and, where a signal ends, for `endChannels`, outcomes, decisions, shadow
   * ledger and log. Answers what to broadcast and what to queue, both only now that it is committed.
   */
  record(
    events: readonly SignalEvent[],
    channels: readonly string[],
    endChannels?: readonly string[],
  ): Promise<Recorded>;
  /** The same for many causes in one transaction: all are written or none. Answers in their order. */
  recordAll(causes: readonly Cause[]): Promise<Recorded[]>;
  /** All that the actors of these symbols start from, in their order; each unpacked as it is called, once. */
  restore(queries: readonly RestoreQuery[], options: RestoreOptions): Promise<(() => StoredSymbol)[]>;
  /** Where the database is, for further pools; the queue's lives in the schema `bullmq`. */
  readonly connection: PoolConfig;
  /** Whether the database's sessions are our own, or shared through a pooler. */
  readonly sessions: Sessions;
  readonly embedded: EmbeddedPostgres | undefined;
  /** Undefined while the database takes a write, and has room, within a second; else why not. */
  unhealthy(): Promise<string | undefined>;
  /** Ends the pool, and the embedded server. */
  close(): Promise<void>;
}

/** Opens the database, embedded or at `databaseUrl`, and brings its schema up to date. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dataDir, databaseUrl, log, now, maxConnections = 8, patienceMs = 10_000 } = options;
  const embedded =
    databaseUrl === undefined
      ? await startEmbeddedPostgres({
          dataDir,
          log,
          ...(options.rootFolder === undefined ? {} : { rootFolder: options.rootFolder }),
        })
      : undefined;
  const connection: PoolConfig = {
    ...(embedded === undefined ? databaseConfig(databaseUrl!) : embedded.connection),
    connectionTimeoutMillis: 3000,
    keepAlive: true,
  };
  const sessions = embedded === undefined ? await patiently(() => sessionsOf(connection), patienceMs) : 'own';
  if (sessions === 'shared')
    log.warn(
      'DATABASE_URL leads through a pooler that shares sessions (transaction pooling): jobs of a queue in PostgreSQL are looked for each second instead of being heard of',
    );
  const pool = new Pool({
    ...connection,
    max: maxConnections,
    application_name: 'anso-vision',
    // Not a parameter of the connection, which poolers refuse. In a session that others get it would outlive us.
    ...(sessions === 'own' && {
      onConnect: onEachConnection(
        // The second is for BullMQ's migrations: our own transactions set it themselves.
        `set statement_timeout to ${statementMs}; set idle_in_transaction_session_timeout to ${idleMs}`,
      ),
    }),
    query_timeout: 20_000,
    types: { getTypeParser: parserOf },
  });
  let closing = false;
  // The error drags its whole connection along, and at our own stop it is no news.
  pool.on('error', ({ message }) => {
    if (!closing) log.warn({ reason: message }, 'a database connection was lost');
  });
  try {
    const applied = await patiently(() => migrate(pool), patienceMs);
    if (applied.length > 0) log.info({ applied }, 'brought the database up to date');
    if (options.market !== undefined) await claimMarket(pool, options.market);
    await migrateQueue(pool);
    const { rows } = await pool.query<{ value: string }>(`select value from meta where key = 'epoch'`);
    const epoch = rows[0]!.value;
    const term = writeTerm(pool);
    const recordAll: Store['recordAll'] = (causes) =>
      term.write((session) => recordCauses(session, causes, { epoch, now: now() }));
    return {
      epoch,
      candles: candlesTable(pool, term),
      signals: signalsTable(pool),
      log: signalLog(pool, epoch),
      outbox: outboxTable(pool),
      shadow: shadowTable(pool),
      notes: notes(pool),
      simulatedHistory: simulatedHistoryTable(pool, term, epoch),
      term,
      record: async (events, channels, endChannels = []) =>
        (await recordAll([{ events, channels, endChannels }]))[0]!,
      recordAll,
      restore: (queries, options) => restoreSymbols(pool, queries, options),
      connection,
      sessions,
      embedded,
      unhealthy: () => tryDatabase(pool),
      close: async () => {
        closing = true;
        const ended = await endPool(pool);
        // One that answers no query stops no sooner for being waited for.
        await embedded?.stop(ended ? undefined : hungMs);
      },
    };
  } catch (error) {
    await endPool(pool);
    await embedded?.stop();
    throw error;
  }
}

const statementMs = 15_000;
/** Patience with an embedded server that hangs, ms. */
const hungMs = 250;

/** int8 (counts, times in ms) as a number: ours stay below 2^53. */
const parserOf: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === 20 ? Number : types.getTypeParser(oid, format);

async function patiently<T>(work: () => Promise<T>, patienceMs: number): Promise<T> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      if (performance.now() > until)
        throw isReadOnly(error) ? new UnusableServiceError(whyUnusable(error), 1) : error;
      await new Promise((done) => setTimeout(done, 200));
    }
  }
}
