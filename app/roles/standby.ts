import { createLease } from '../../cluster/lease.ts';
import type { AnalysisPool } from '../../workers/analysis-pool.ts';
import type { Cluster } from '../cluster.ts';
import { type Context, ownOn } from '../context.ts';
import type { HealthSource } from '../health/health.ts';
import type { Stop } from '../run-until-stopped.ts';
import { serveIngest } from './serve-ingest.ts';
import type { Storage } from '../storage.ts';

/**
 * An ingest that works while it holds the lease, and waits for it before. One that loses it ends its process: what it has in
 * memory belongs to the other now, and its supervisor starts it again to stand by.
 */
export function openStandby(
  context: Context,
  storage: Storage,
  cluster: Cluster,
  pool: AnalysisPool,
  stop: Stop,
  serve: typeof serveIngest = serveIngest,
): HealthSource {
  const { log } = context;
  const stack = new AsyncDisposableStack();
  let opening: Promise<HealthSource | undefined> = Promise.resolve(undefined);
  let active: HealthSource | undefined;
  let ended: Promise<void> | undefined;
  const end = () => (ended ??= opening.then(() => stack.disposeAsync()));
  const begin = async () => {
    const began = performance.now();
    const ingest = { ...context, own: ownOn(stack) };
    await storage.store.term.take(cluster.id);
    active = await serve(ingest, storage, cluster, pool, stop);
    log.info({ ms: Math.round(performance.now() - began) }, 'ingest');
    return active;
  };
  const lease = createLease({
    redis: cluster.link.commands,
    key: cluster.names.lease,
    token: cluster.id,
    log,
    onHeld: () => {
      opening = begin().catch((error: unknown) => {
        log.fatal({ err: error }, 'the ingest could not start');
        void stop(1);
        return undefined;
      });
    },
    onLost: (holder) => {
      log.fatal({ holder }, 'another has the lease of the feed: this process ends');
      // Not in its turn: what is closed before it, such as clients, may take seconds.
      end().catch((error: unknown) => log.error({ err: error }, 'a part of the ingest did not stop well'));
      void stop(1);
    },
  });
  storage.store.term.onStale((error) => {
    log.fatal({ err: error }, 'another has taken over: this process ends');
    void stop(1);
  });
  context.own({
    close: async () => {
      // All is flushed before the next one may begin.
      await end();
      await lease.close();
    },
  });
  return {
    parts: () =>
      active === undefined
        ? { lease: { state: 'off', reason: 'stands by', holder: lease.holder() ?? null } }
        : { ...active.parts(), lease: { state: 'ok', holder: cluster.id } },
    reasons: () =>
      active === undefined
        ? [`ingest: stands by, ${lease.holder() ?? 'nobody'} has the lease`]
        : active.reasons(),
  };
}
