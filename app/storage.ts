import { openStore, type Store } from '../store/open-store.ts';
import { queueBackend } from '../store/queue-backend.ts';
import type { QueueBackend } from '../store/queue/backend.ts';
import { UnusableServiceError } from '../store/unusable-service-error.ts';
import type { Surroundings } from './context.ts';
import { ownFolder } from './configuration/own-folder.ts';
import { type Probe, startProbe } from './probe.ts';

export interface Storage {
  readonly store: Store;
  readonly backend: QueueBackend;
  readonly storeProbe: Probe;
  readonly queueProbe: Probe;
}

/** The database and the queue's backend. */
export async function openStorage({ config, log, now, random, own }: Surroundings): Promise<Storage> {
  // The demo's folder lies in the one that the operator named.
  for (const folder of new Set([config.baseDir, config.DATA_DIR])) {
    const open = await ownFolder(folder);
    if (open !== undefined) log.warn(open);
  }
  const store = own(
    await openStore({
      dataDir: config.DATA_DIR,
      databaseUrl: config.DATABASE_URL?.reveal(),
      market: config.demo ? 'demo' : 'live',
      log,
      now,
    }),
  );
  const backend = own(
    queueBackend({
      redisUrl: config.REDIS_URL?.reveal(),
      connection: store.connection,
      sessions: store.sessions,
      log,
      random,
    }),
  );
  const hopeless = await backend.hopeless();
  if (hopeless !== undefined) throw new UnusableServiceError(hopeless);
  const storeProbe = own(await startProbe('the database', () => store.unhealthy()));
  const queueProbe = own(await startProbe("the queue's backend", () => backend.unhealthy()));
  return { store, backend, storeProbe, queueProbe };
}
