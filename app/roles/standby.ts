import { announceTerm } from '../../cluster/announce-term.ts';
import { holdTerm } from '../../store/term/hold-term.ts';
import { UnusableServiceError } from '../../store/unusable-service-error.ts';
import type { AnalysisPool } from '../../workers/analysis-pool.ts';
import type { Cluster } from '../cluster.ts';
import { type Context, ownOn } from '../context.ts';
import type { HealthSource } from '../health/health.ts';
import { giveWayWithinMs, type Stop } from '../run-until-stopped.ts';
import { type ServedIngest, serveIngest } from './serve-ingest.ts';
import type { Storage } from '../storage.ts';

/** How long an answer of Redis is believed, ms. */
const believedMs = 3000;

/**
 * An ingest that works while it holds the place of the one that writes, and waits for it before. One that loses it ends its process: what
 * it has in memory belongs to the other now, and its supervisor starts it again to stand by. Throws UnusableServiceError where a pooler
 * shares the database's sessions, whose locks it gives to others.
 */
export function openStandby(
  context: Context,
  storage: Storage,
  cluster: Cluster,
  pool: AnalysisPool,
  stop: Stop,
  serve: typeof serveIngest = serveIngest,
): HealthSource {
  const { store } = storage;
  if (store.sessions === 'shared')
    throw new UnusableServiceError(
      'ROLES with an ingest needs sessions of its own in the database, and DATABASE_URL leads through a pooler that shares them (PgBouncer with transaction pooling): give the ingest a direct address, or set pool_mode=session',
    );
  const { log } = context;
  const { link, names, id, snapshots } = cluster;
  const stack = new AsyncDisposableStack();
  let opening: Promise<ServedIngest | undefined> = Promise.resolve(undefined);
  let active: ServedIngest | undefined;
  let ended: Promise<void> | undefined;
  let isUseless = false;
  const end = () => (ended ??= opening.then(() => stack.disposeAsync()));
  /** One that this one replaces may not have noticed yet; and this one may have been replaced by now. */
  const announce = async (term: number) => {
    const highest = await announceTerm(link.commands, names.term, term);
    if (highest > term) place.lose(`an ingest of term ${highest} works`);
  };
  const begin = async (term: number) => {
    const began = performance.now();
    store.term.adopt(term);
    void announce(term).catch(() => {});
    const ingest = { ...context, own: ownOn(stack) };
    active = await serve(ingest, storage, cluster, pool, stop, place);
    log.info({ ms: Math.round(performance.now() - began) }, 'ingest');
    return active;
  };
  const place = holdTerm({
    connection: store.connection,
    holder: id,
    log,
    // While the database is silent, Redis tells whether another has taken over. One that hears neither must not go on.
    mayGoOn: () => performance.now() - (active?.confirmedAt() ?? -Infinity) < believedMs,
    isAble: () => performance.now() - snapshots.heardAt() < believedMs,
    onUseless: () => {
      if (isUseless) return;
      isUseless = true;
      log.fatal(
        'Redis does not answer this ingest, and another stands by that it answers: this process ends',
      );
      void stop(1, giveWayWithinMs);
    },
    onHeld: (term) => {
      opening = begin(term).catch((error: unknown) => {
        log.fatal({ err: error }, 'the ingest could not start');
        void stop(1);
        return undefined;
      });
    },
    onLost: (why) => {
      log.fatal({ why }, 'another is the ingest now: this process ends');
      store.term.leave();
      // Not in its turn: what is closed before it, such as clients, may take seconds.
      end().catch((error: unknown) => log.error({ err: error }, 'a part of the ingest did not stop well'));
      void stop(1, giveWayWithinMs);
    },
  });
  store.term.onStale(({ message }) => place.lose(message));
  context.own({
    close: async () => {
      // All is flushed before the next one may begin.
      await end();
      await place.close();
    },
  });
  return {
    parts: () =>
      active === undefined
        ? { lease: { state: 'off', reason: 'stands by', holder: place.holder() ?? null } }
        : { ...active.parts(), lease: { state: 'ok', holder: id, term: place.term() ?? null } },
    reasons: () =>
      active === undefined
        ? [`ingest: stands by, ${place.holder() ?? 'nobody'} is the one that works`]
        : active.reasons(),
  };
}
