import { afterEach, describe, expect, it } from 'vitest';
import type { Cluster } from '../../../app/cluster.ts';
import type { Context } from '../../../app/context.ts';
import { openStandby } from '../../../app/roles/standby.ts';
import type { Storage } from '../../../app/storage.ts';
import { openStore, type Store } from '../../../store/open-store.ts';
import { StaleTermError } from '../../../store/term/check-term.ts';
import { UnusableServiceError } from '../../../store/unusable-service-error.ts';
import type { AnalysisPool } from '../../../workers/analysis-pool.ts';
import { quiet, temporaryStore } from '../../support/services/database.ts';
import { until } from '../../support/until.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** A process whose parts are closed when the test says so, on a real database. `later`: a higher term that others know already. */
async function standby(over: Partial<Store> = {}, later = 0) {
  const { store, dispose } = await temporaryStore();
  cleanUp.push(dispose);
  const events: string[] = [];
  const announced: unknown[] = [];
  const closes: (() => unknown)[] = [];
  const commands = {
    eval: async (...all: unknown[]) => {
      announced.push(all.at(-1));
      return Math.max(Number(all.at(-1)), later);
    },
  };
  const own: Context['own'] = (resource) => {
    closes.push(resource.close);
    return resource;
  };
  const open = () =>
    openStandby(
      { log: quiet, own } as unknown as Context,
      { store: { ...store, ...over } } as Storage,
      {
        link: { commands },
        names: { term: 'term' },
        id: 'this one',
        snapshots: { heardAt: () => performance.now() },
      } as unknown as Cluster,
      {} as AnalysisPool,
      async (code) => void events.push(`stop ${code}`),
      async (context, _storage, _cluster, _pool, _stop, place) => {
        events.push('ingest');
        context.own({ close: () => events.push(`ended, term ${place.term() ?? 'none'}`) });
        return { parts: () => ({}), reasons: () => [], confirmedAt: () => undefined };
      },
    );
  return { events, announced, store, open, close: () => Promise.all(closes.map((one) => one())) };
}

describe('openStandby', () => {
  it('ends the ingest at once when another has taken over, before the process has closed anything', async () => {
    const { events, announced, store, open, close } = await standby();
    open();
    await until(() => events.includes('ingest'));
    const term = store.term.current();
    expect(term).toBe(await store.term.latest());
    expect(announced).toEqual([term]);
    const { host, user } = store.connection;
    const other = await openStore({
      dataDir: '/nowhere',
      databaseUrl: `postgresql:///postgres?host=${host}&user=${user}`,
      log: quiet,
      now: Date.now,
    });
    cleanUp.push(() => other.close());
    await other.term.take('another');
    await until(() => events.includes('stop 1'));
    await until(() => events.includes('ended, term none'));
    await expect(store.candles.saveEmpty('BTCUSD', '1min', [0])).rejects.toThrow(StaleTermError);
    await close();
    expect(events.filter((event) => event.startsWith('ended'))).toHaveLength(1);
  });

  it('ends at once where others know of a later term already', async () => {
    const { events, store, open, close } = await standby({}, 1e15);
    open();
    await until(() => events.includes('stop 1'));
    await until(() => events.includes('ended, term none'));
    await expect(store.candles.saveEmpty('BTCUSD', '1min', [0])).rejects.toThrow(StaleTermError);
    await close();
  });

  it('keeps its place until all is flushed at a planned stop', async () => {
    const { events, store, open, close } = await standby();
    open();
    await until(() => events.includes('ingest'));
    const term = store.term.current();
    await close();
    expect(events).toEqual(['ingest', `ended, term ${term}`]);
    // Free for the next one, while this process still lives.
    const next = await standby({ connection: store.connection, term: store.term });
    next.open();
    await until(() => next.events.includes('ingest'), 2_000);
    await next.close();
  });

  it('refuses a pooler that gives its session, and the lock with it, to others', async () => {
    const { open } = await standby({ sessions: 'shared' });
    expect(open).toThrow(UnusableServiceError);
    expect(open).toThrow(/PgBouncer with transaction pooling/);
  });
});
