import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueBackend } from '../../store/queue-backend.ts';
import { openStore, type Store } from '../../store/open-store.ts';
import { quiet, temporaryFolder } from '../support/services/database.ts';
import { hasPgBouncer, type PgBouncer, pgBouncer } from '../support/services/pgbouncer.ts';
import { type PostgresProcess, postgresProcess } from '../support/services/postgres.ts';
import { until } from '../support/until.ts';

describe.skipIf(!hasPgBouncer)('a database behind PgBouncer', () => {
  let postgres: PostgresProcess;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    postgres = await postgresProcess('pass');
    folder = await temporaryFolder();
    await postgres.start();
  });
  afterAll(async () => {
    await postgres.dispose();
    await folder.remove();
  });
  const openAt = (databaseUrl: string) =>
    openStore({ dataDir: folder.path, databaseUrl, log: quiet, now: Date.now, patienceMs: 5_000 });
  /** A job through the store's queue; how long it took, ms. */
  const jobThrough = async (store: Store): Promise<number> => {
    const backend = queueBackend({
      connection: store.connection,
      sessions: store.sessions,
      log: quiet,
      random: Math.random,
    });
    const queue = backend.queue('community');
    let done = '';
    const worker = backend.worker('community', async ({ id }) => void (done = id ?? ''), {});
    queue.on('error', () => {});
    worker.on('error', () => {});
    await worker.waitUntilReady();
    await new Promise((idle) => setTimeout(idle, 300));
    const begun = performance.now();
    const job = await queue.add('x', {} as never);
    await until(() => done === job.id);
    const took = performance.now() - begun;
    expect(await backend.unhealthy()).toBeUndefined();
    await worker.close();
    await queue.close();
    await backend.close();
    return took;
  };
  const through = async (bouncer: PgBouncer, search = '') => {
    const store = await openAt(bouncer.url(search));
    try {
      expect(await store.unhealthy()).toBeUndefined();
      return { sessions: store.sessions, took: await jobThrough(store) };
    } finally {
      await store.close();
      await bouncer.dispose();
    }
  };

  it.each([
    ['session', '', '', 'own'],
    ['session', 'options', '?options=-c%20timezone%3DUTC', 'own'],
    ['transaction', '', '', 'shared'],
    ['transaction', 'options', '?options=-c%20timezone%3DUTC', 'shared'],
  ] as const)('%s pooling, ignoring %j, at %j: %s sessions', async (mode, ignores, search, wanted) => {
    const { sessions, took } = await through(await pgBouncer(postgres.url, { mode, ignores }), search);
    expect(sessions).toBe(wanted);
    expect(took).toBeLessThan(5_000);
  });

  it('distinguishes shared sessions from a small pool', async () => {
    const few = await pgBouncer(postgres.url, { mode: 'transaction', poolSize: 1 });
    expect((await through(few)).sessions).toBe('shared');
  });

  it('refuses by name what the pooler refuses or drops', async () => {
    const strict = await pgBouncer(postgres.url, { mode: 'transaction' });
    await expect(openAt(strict.url('?options=-c%20timezone%3DUTC'))).rejects.toThrow(
      /`options`.*ignore_startup_parameters/,
    );
    await strict.dispose();
    const lax = await pgBouncer(postgres.url, { mode: 'session', ignores: 'options' });
    await expect(openAt(lax.url('?options=-c%20search_path%3Dother'))).rejects.toThrow(/search_path other/);
    await lax.dispose();
  });

  it('needs no pooler for options of its own', async () => {
    const store = await openAt(`${postgres.url}?options=-c%20timezone%3DUTC`);
    expect(store.sessions).toBe('own');
    // Heard of, not looked for.
    expect(await jobThrough(store)).toBeLessThan(5_000);
    await store.close();
  });
});
