import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseConfig } from '../../../store/connect/database-config.ts';
import { newClient } from '../../../store/connect/new-client.ts';
import { openStore } from '../../../store/open-store.ts';
import { quiet, temporaryFolder } from '../../support/services/database.ts';
import { type PostgresProcess, postgresProcess } from '../../support/services/postgres.ts';
import { until } from '../../support/until.ts';

describe('a DATABASE_URL of several hosts', () => {
  let primary: PostgresProcess;
  let standby: PostgresProcess;
  let url: string;
  beforeAll(async () => {
    primary = await postgresProcess('secret');
    standby = await primary.standby();
    await primary.start();
    await standby.start();
    const hosts = [standby, primary].map((one) => new URL(one.url).host).join(',');
    url = `postgres://anso:secret@${hosts}/postgres?target_session_attrs=read-write&application_name=ours`;
  });
  afterAll(async () => {
    await Promise.all([primary.dispose(), standby.dispose()]);
  });
  const portOf = async (at: string): Promise<string> => {
    const client = newClient(databaseConfig(at));
    client.on('error', () => {});
    await client.connect();
    const { rows } = await client.query<{ port: string }>(`select current_setting('port') as port`);
    await client.end();
    return rows[0]!.port;
  };

  it('leads to the one that takes writes, whichever stands first, for pools too', async () => {
    const { port } = new URL(primary.url);
    expect(await portOf(url)).toBe(port);
    expect(await portOf(url.replace(/@(.*?),(.*?)\//, '@$2,$1/'))).toBe(port);
    const pool = new Pool({ ...databaseConfig(url), max: 2 });
    const { rows } = await pool.query(
      `select current_setting('port') as port, current_setting('application_name') as name`,
    );
    expect(rows).toEqual([{ port, name: 'ours' }]);
    await pool.end();
  });

  it('says of each host why it is not that one, and of a refused password that it is refused', async () => {
    const { host } = new URL(standby.url);
    const none = `postgres://anso:secret@${host},127.0.0.1:1/postgres`;
    await expect(portOf(none)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
      message: expect.stringMatching(
        /no host takes writes: 127\.0\.0\.1:\d+: is a standby; 127\.0\.0\.1:1: .*REFUSED/,
      ),
    });
    await expect(portOf(url.replace(':secret@', ':other@'))).rejects.toMatchObject({ code: '28P01' });
  });

  it('takes the store along when another host has been made the primary', async () => {
    const folder = await temporaryFolder();
    const store = await openStore({ dataDir: folder.path, databaseUrl: url, log: quiet, now: Date.now });
    await store.notes.write('tried', 'before');
    await until(async () => (await countOn(standby.url)) > 0);
    await primary.kill('SIGQUIT');
    await until(async () => (await store.unhealthy()) !== undefined);
    const client = newClient(databaseConfig(standby.url));
    await client.connect();
    await client.query('select pg_promote()');
    await client.end();
    await until(async () => (await store.unhealthy()) === undefined);
    expect(await store.notes.read('tried')).toBe('before');
    await store.notes.write('tried', 'after');
    expect(await portOf(url)).toBe(new URL(standby.url).port);
    // As after a boot: two take writes now, and the former one stands where it stood.
    await primary.start();
    expect(await portOf(url)).toBe(new URL(standby.url).port);
    expect(await portOf(url.replace(/@(.*?),(.*?)\//, '@$2,$1/'))).toBe(new URL(standby.url).port);
    // Whoever has seen the later one does not go back where that one alone answers.
    const known = databaseConfig(url);
    const ask = async () => {
      const client = newClient(known);
      client.on('error', () => {});
      await client.connect();
      await client.end();
    };
    await ask();
    await standby.kill('SIGQUIT');
    await until(() =>
      ask().then(
        () => false,
        (error: Error) => error.message.includes('is a former primary'),
      ),
    );
    await store.close();
    await folder.remove();
  });
});

/** Notes that have arrived there. */
async function countOn(url: string): Promise<number> {
  const client = newClient(databaseConfig(url));
  await client.connect();
  const { rows } = await client
    .query<{ count: string }>(`select count(*) from meta where key = 'note tried'`)
    .catch(() => ({ rows: [{ count: '0' }] }));
  await client.end();
  return Number(rows[0]!.count);
}
