import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate, MigrationError } from '../../store/migrate.ts';
import { emptyDatabase } from '../support/services/database.ts';

describe('migrate', () => {
  let folder: string;
  let pool: Pool;
  let files: string;
  let dispose: () => Promise<void>;
  const put = (name: string, sql: string) => writeFile(join(files, name), sql);
  beforeAll(async () => {
    ({ pool, folder, dispose } = await emptyDatabase());
    files = join(folder, 'migrations');
    await mkdir(files);
  });
  afterAll(() => dispose());

  it('applies what is new, each once, also when two start together', async () => {
    await put('001-a.sql', 'create table a (x int); insert into a values (1);');
    const both = await Promise.all([migrate(pool, files), migrate(pool, files)]);
    expect(both.flat()).toEqual(['001-a.sql']);
    await put('002-b.sql', 'create table b (x int);');
    expect(await migrate(pool, files)).toEqual(['002-b.sql']);
    expect((await pool.query('select * from a')).rows).toEqual([{ x: 1 }]);
  });

  it('leaves nothing behind where one fails', async () => {
    await put('003-c.sql', 'create table c (x int);');
    await put('004-d.sql', 'create table nonsense (');
    await expect(migrate(pool, files)).rejects.toThrow(/syntax error/);
    expect((await pool.query(`select to_regclass('c') as c`)).rows).toEqual([{ c: null }]);
    await put('004-d.sql', 'create table d (x int);');
    expect(await migrate(pool, files)).toEqual(['003-c.sql', '004-d.sql']);
  });

  it('knows a file again whose line ends have changed, either way', async () => {
    const unix = 'create table e (\n  x text default $$a\nb$$\n);\n';
    const windows = unix.replaceAll('\n', '\r\n');
    await put('005-e.sql', unix);
    expect(await migrate(pool, files)).toEqual(['005-e.sql']);
    await put('005-e.sql', windows);
    expect(await migrate(pool, files)).toEqual([]);
    // Applied by a program for which line ends counted.
    const sum = createHash('sha256').update(windows).digest('hex');
    await pool.query(`update migration set checksum = $1 where name = '005-e.sql'`, [sum]);
    for (const text of [windows, unix]) {
      await put('005-e.sql', text);
      expect(await migrate(pool, files)).toEqual([]);
    }
    await put('005-e.sql', windows.replace('a\r\nb', 'a\r\n b'));
    await expect(migrate(pool, files)).rejects.toThrow(/005-e.sql has changed/);
    await put('005-e.sql', unix);

    await put('006-f.sql', windows.replace('table e', 'table f'));
    expect(await migrate(pool, files)).toEqual(['006-f.sql']);
    await pool.query('insert into f default values');
    expect((await pool.query('select x from f')).rows).toEqual([{ x: 'a\nb' }]);
  });

  it('refuses a file that has changed and a database that is newer', async () => {
    await put('001-a.sql', 'create table a (x bigint);');
    await expect(migrate(pool, files)).rejects.toThrow(MigrationError);
    const other = join(folder, 'older');
    await mkdir(other);
    await expect(migrate(pool, other)).rejects.toThrow(/newer than this program/);
  });
});
