import { Client } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { hasPgBouncer, pgBouncer } from '../../support/services/pgbouncer.ts';
import {
  childrenOf,
  killIfThere,
  type PostgresProcess,
  postgresProcess,
} from '../../support/services/postgres.ts';
import { until } from '../../support/until.ts';
import type { RunningServer } from '../../support/server.ts';
import { answersQuickly, isReady, saysWhy, stopsInTime } from '../../support/still-answers.ts';
import { createWorld, deliveryOf, postClose } from '../../support/world.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function postgres(): Promise<PostgresProcess> {
  const server = await postgresProcess('a-pass-word');
  cleanUp.push(() => server.dispose());
  await server.start();
  return server;
}
async function serverAt(url: string): Promise<RunningServer> {
  const world = await createWorld({ DATABASE_URL: url, COMMUNITY_IDEMPOTENT: 'true' });
  cleanUp.push(() => world.dispose());
  return world.start();
}
const isDelivered = (server: RunningServer, id: string, withinMs = 15_000) =>
  until(async () => (await deliveryOf(server, id))?.state === 'delivered', withinMs);
async function run(url: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

describe('a database that answers and takes no writes', () => {
  it('set to read only: it says so, decisions wait, and all of them are there afterwards', async () => {
    const { url } = await postgres();
    const server = await serverAt(url);
    await isReady(server);
    const readOnly = (on: boolean) =>
      run(
        url,
        'set transaction_read_only to off',
        `alter system set default_transaction_read_only to ${on ? 'on' : 'off'}`,
        'select pg_reload_conf()',
      );
    await readOnly(true);
    await saysWhy(server, /^store: the database takes no writes/);
    const waiting = postClose(server, 'READONLY');
    // Awaited below; a step that fails before that has its own error.
    waiting.catch(() => {});
    await readOnly(false);
    await isDelivered(server, await waiting);
    await isReady(server);
    await readOnly(true);
    await saysWhy(server, /^store: /);
    await stopsInTime(server);
  });

  it('without room for candles and signals: the same, though small writes still work', async () => {
    const { url } = await postgres();
    const server = await serverAt(url);
    await isReady(server);
    // What PostgreSQL itself raises when it cannot extend a file.
    await run(
      url,
      `create function full_disk() returns trigger language plpgsql as $$ begin
         raise exception 'could not extend file "base/5/1": No space left on device' using errcode = '53100'; end $$`,
      'create trigger full_disk before insert on signal execute function full_disk()',
      'create trigger full_disk before insert on candle execute function full_disk()',
    );
    const waiting = postClose(server, 'FULL');
    // Awaited below; a step that fails before that has its own error.
    waiting.catch(() => {});
    await saysWhy(server, /^store: writes wait: .*No space left/);
    await run(url, 'drop trigger full_disk on signal', 'drop trigger full_disk on candle');
    await isDelivered(server, await waiting);
    await isReady(server);
  });
});

describe('a database that is frozen, connections and all', () => {
  it('is named, answers go on, it comes back, and a stop meanwhile ends in order', async () => {
    const database = await postgres();
    const server = await serverAt(database.url);
    await isReady(server);
    await database.kill('SIGSTOP');
    await saysWhy(server, /^store: the database does not answer/);
    const waiting = postClose(server, 'FROZEN');
    // Awaited below; a step that fails before that has its own error.
    waiting.catch(() => {});
    await answersQuickly(server);
    await database.kill('SIGCONT');
    await isDelivered(server, await waiting);
    await isReady(server);
    await database.kill('SIGSTOP');
    await saysWhy(server, /^store: /);
    await stopsInTime(server);
  });
});

describe('an embedded database that is frozen', () => {
  it('is named, and a stop meanwhile ends in order and says what it left behind', async () => {
    const world = await createWorld();
    cleanUp.push(() => world.dispose());
    const server = await world.start();
    await isReady(server);
    const { pid = 0 } = await world.folder.database();
    const signal = async (name: NodeJS.Signals) => {
      for (const one of [pid, ...(await childrenOf(pid))]) killIfThere(one, name);
    };
    await signal('SIGSTOP');
    cleanUp.push(() => signal('SIGCONT'));
    await saysWhy(server, /^store: the database does not answer/);
    await stopsInTime(server);
    expect(server.log.find(({ msg }) => /hangs and was left behind/.test(msg))).toMatchObject({ pid });
  });
});

describe('two servers at one DATABASE_URL', () => {
  it('are one: the second names the first and ends, and starts where that has been killed', async () => {
    const { url } = await postgres();
    const first = await serverAt(url);
    await isReady(first);
    await expect(serverAt(url)).rejects.toThrow(
      /exited with 1: .*another server \([^)]+:\d+\) works with this database/,
    );
    await isReady(first);
    await first.stop('SIGKILL');
    await isReady(await serverAt(url));
  });
});

describe('a DATABASE_URL with options of its own', () => {
  it('leaves the queue its tables', async () => {
    const { url } = await postgres();
    const server = await serverAt(`${url}?options=-c%20timezone%3DUTC`);
    await isReady(server);
    await isDelivered(server, await postClose(server, 'OPTIONS'));
    await stopsInTime(server);
  });
});

describe.skipIf(!hasPgBouncer)('a PgBouncer in front of the database', () => {
  it.each([
    ['session', 'extra_float_digits,options', '?options=-c%20timezone%3DUTC'],
    ['session', '', ''],
    ['transaction', 'options', '?options=-c%20timezone%3DUTC'],
    ['transaction', '', ''],
  ] as const)('with %s pooling, ignoring %j: posts arrive', async (mode, ignores, search) => {
    const { url } = await postgres();
    const bouncer = await pgBouncer(url, { mode, ignores });
    cleanUp.push(() => bouncer.dispose());
    const server = await serverAt(bouncer.url(search));
    await isReady(server);
    const ids = await Promise.all(['ONE', 'TWO', 'THREE'].map((symbol) => postClose(server, symbol)));
    for (const id of ids) await isDelivered(server, id);
    const { parts } = await server.get<{ parts: Record<string, { state: string; sessions?: string }> }>(
      '/health',
    );
    expect(parts['store']?.sessions).toBe(mode === 'session' ? undefined : 'shared');
    expect(server.log.some(({ msg }) => /shares sessions/.test(msg))).toBe(mode === 'transaction');
    await answersQuickly(server);
    await stopsInTime(server);
    // Nothing of ours is left in sessions that others will get.
    const client = new Client({ connectionString: bouncer.url() });
    await client.connect();
    const { rows } = await client.query<{ search_path: string }>('show search_path');
    expect(rows[0]!.search_path).toBe('"$user", public');
    await client.end();
  });

  it('that refuses the options of the URL: refused at the start, with what to do', async () => {
    const { url } = await postgres();
    const bouncer = await pgBouncer(url, { mode: 'transaction' });
    cleanUp.push(() => bouncer.dispose());
    await expect(serverAt(bouncer.url('?options=-c%20timezone%3DUTC'))).rejects.toThrow(
      /exited with 78: .*refuses `options` of DATABASE_URL/,
    );
  });

  it('that drops a search_path of the URL: refused, for the tables would be other ones', async () => {
    const { url } = await postgres();
    const bouncer = await pgBouncer(url, { mode: 'session', ignores: 'options' });
    cleanUp.push(() => bouncer.dispose());
    await expect(serverAt(bouncer.url('?options=-c%20search_path%3Dother'))).rejects.toThrow(
      /exited with 78: .*search_path other/,
    );
  });
});
