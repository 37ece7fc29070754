import { Pool, types, type PoolConfig } from 'pg';
import type { SignalEvent } from '../schema/signal-event.ts';
import { candlesTable, type CandlesTable } from './candles-table.ts';
import { claimMarket, type StoredMarket } from './claim-market.ts';
import { inTransaction, isDatabaseAway } from './database.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';
import type { Log } from './log.ts';
import { migrate, migrateQueue } from './migrate.ts';
import { outboxTable, type OutboxTable } from './outbox-table.ts';
import { recordEvents, type Recorded } from './record-events.ts';
import { shadowTable, type ShadowTable } from './shadow-table.ts';
import { signalLog, type SignalLog } from './signal-log.ts';
import { signalsTable, type SignalsTable } from './signals-table.ts';

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
  /**
   * Writes the events of one cause in one transaction: signals, outbox rows for `channels`, outcomes, decisions, shadow
   * ledger and log. Answers what to broadcast and what to queue, both only now that it is committed.
   */
  record(events: readonly SignalEvent[], channels: readonly string[]): Promise<Recorded>;
  /** Where the database is, for further pools; the queue's lives in the schema `bullmq`. */
  readonly connection: PoolConfig;
  readonly embedded: EmbeddedPostgres | undefined;
  /** Undefined while the database answers within a second, else why it does not. */
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
    ...(embedded === undefined ? { connectionString: databaseUrl } : embedded.connection),
    connectionTimeoutMillis: 3000,
    keepAlive: true,
  };
  const pool = new Pool({
    ...connection,
    max: maxConnections,
    application_name: 'anso-vision',
    statement_timeout: 15_000,
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
    return {
      epoch,
      candles: candlesTable(pool),
      signals: signalsTable(pool),
      log: signalLog(pool, epoch),
      outbox: outboxTable(pool),
      shadow: shadowTable(pool),
      record: (events, channels) =>
        inTransaction(pool, (session) => recordEvents(session, events, { epoch, channels, now: now() })),
      connection,
      embedded,
      unhealthy: () => unhealthy(pool),
      close: async () => {
        closing = true;
        await pool.end();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await pool.end();
    await embedded?.stop();
    throw error;
  }
}

/** int8 (counts, times in ms) as a number: ours stay below 2^53. */
const parserOf: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === 20 ? Number : types.getTypeParser(oid, format);

async function patiently<T>(work: () => Promise<T>, patienceMs: number): Promise<T> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseAway(error) || performance.now() > until) throw error;
      await new Promise((done) => setTimeout(done, 200));
    }
  }
}

async function unhealthy(pool: Pool): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((done) => {
    timer = setTimeout(() => done('the database does not answer within a second'), 1000);
  });
  const asked = pool.query('select 1').then(
    () => undefined,
    (error: unknown) => (error as Error).message || 'the database cannot be reached',
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
