import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../store/open-store.ts';
import { tryDatabase } from '../../store/try-database.ts';
import { temporaryStore } from '../support/services/database.ts';
import { until } from '../support/until.ts';

describe('tryDatabase', () => {
  let store: Store;
  let dispose: () => Promise<void>;
  beforeAll(async () => {
    ({ store, dispose } = await temporaryStore());
  });
  afterAll(() => dispose());

  /** A pool of a process that stops reading after so many messages of the database, until it is thawed. */
  const frozenAfter = async (messages: number) => {
    let left = Infinity;
    const thaw: (() => void)[] = [];
    const server = createServer((near) => {
      const far = connect(join(String(store.connection.host), `.s.PGSQL.${store.connection.port ?? 5432}`));
      for (const one of [near, far]) one.on('error', () => {});
      near.pipe(far);
      far.on('data', (chunk) => {
        if (left-- > 0) near.write(chunk);
        else thaw.push(() => near.write(chunk));
      });
      far.on('close', () => near.destroy());
      near.on('close', () => far.destroy());
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const pool = new Pool({ ...store.connection, host: '127.0.0.1', port });
    pool.on('error', () => {});
    await pool.query('select 1');
    left = messages;
    return {
      pool,
      isFrozen: () => thaw.length > 0,
      end: async () => {
        left = Infinity;
        for (const one of thaw) one();
        await pool.end();
        server.close();
      },
    };
  };

  it('writes, and leaves no setting behind', async () => {
    const pool = new Pool({ ...store.connection, max: 1 });
    pool.on('error', () => {});
    const memory = async () => (await pool.query<{ work_mem: string }>('show work_mem')).rows[0]!.work_mem;
    const before = await memory();
    expect(await tryDatabase(pool)).toBeUndefined();
    expect(await memory()).toBe(before);
    expect((await pool.query(`select value from meta where key = 'written'`)).rows).toEqual([{ value: '1' }]);
    await pool.end();
  });

  it.each([0, 1, 2])('is in nobody’s way where its process is frozen after %i answers', async (messages) => {
    const frozen = await frozenAfter(messages);
    try {
      const tried = tryDatabase(frozen.pool);
      await Promise.race([until(frozen.isFrozen), tried]);
      expect(await store.unhealthy()).toBeUndefined();
      await tried;
    } finally {
      await frozen.end();
    }
  });
});
