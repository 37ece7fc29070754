import { spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, realpath, rename, rm, stat, symlink, unlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataDirInUseError } from '../../store/embedded/ownership.ts';
import { postgresBase, postgresFolders } from '../../store/embedded/postgres-folders.ts';
import { postgresUser } from '../../store/embedded/postgres-user.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../store/embedded-postgres.ts';
import { given, needs } from '../support/needs.ts';
import { quiet, temporaryFolder } from '../support/services/database.ts';

let folder: { path: string; remove: () => Promise<void> };
let dataDir: string;
let rootFolder: string;
let running: EmbeddedPostgres[];
let mounted: string[];
const start = async (path: string) => {
  const database = await startEmbeddedPostgres({ dataDir: path, rootFolder, log: quiet });
  running.push(database);
  return database;
};
beforeEach(async () => {
  folder = await temporaryFolder();
  dataDir = join(folder.path, 'data');
  rootFolder = join(folder.path, 'lib');
  running = [];
  mounted = [];
});
afterEach(async () => {
  for (const database of running) await database.stop();
  for (const path of mounted) spawnSync('umount', [path]);
  await folder.remove();
});

/** Binds a folder to another path. False where this machine lets nobody do it. */
const bind = (from: string, to: string) => {
  if (spawnSync('mount', ['--bind', from, to], { stdio: 'ignore' }).status !== 0) return false;
  mounted.push(to);
  return true;
};

describe('one DATA_DIR', () => {
  it('has one server, whatever path leads to it', async ({ skip, task }) => {
    const first = await start(dataDir);
    const linked = join(folder.path, 'linked');
    await symlink(dataDir, linked);
    await symlink(linked, join(folder.path, 'twice'));
    const bound = join(folder.path, 'bound');
    await mkdir(bound);
    const canBind = bind(dataDir, bound);
    const paths = [
      dataDir,
      linked,
      join(folder.path, 'twice'),
      `${dataDir}/`,
      `${dataDir}//.`,
      join(folder.path, 'linked/../data'),
      relative(process.cwd(), dataDir),
      ...(canBind ? [bound, `${bound}/`] : []),
    ];
    const identity = await postgresUser();
    for (const path of paths) {
      const { cluster } = await postgresFolders(path, identity, rootFolder);
      expect(await realpath(cluster), path).toBe(await realpath(join(first.folder, '18')));
    }
    for (const path of [linked, relative(process.cwd(), dataDir), ...(canBind ? [bound] : [])])
      await expect(start(path), path).rejects.toThrow(DataDirInUseError);
    await first.stop();
    // And one database.
    expect(await realpath((await start(linked)).folder)).toBe(await realpath(first.folder));
    if (!canBind) {
      Object.assign(task.meta, given('the right to mount', false).meta);
      skip();
    }
  });

  it(
    'is the same after it was moved, also where a link led to it, and a copy of it is another',
    needs.root,
    async () => {
      const linked = join(folder.path, 'linked');
      await mkdir(dataDir);
      await symlink(dataDir, linked);
      const identity = await postgresUser();
      const baseOf = async (path: string) => (await postgresFolders(path, identity, rootFolder)).base;
      const base = await baseOf(linked);
      expect(await baseOf(dataDir)).toBe(base);
      const copy = join(folder.path, 'copy');
      await cp(dataDir, copy, { recursive: true, preserveTimestamps: true });
      const other = await baseOf(copy);
      expect(other).not.toBe(base);
      expect(await baseOf(copy)).toBe(other);
      expect(await baseOf(dataDir)).toBe(base);
      const moved = join(folder.path, 'moved');
      await rename(dataDir, moved);
      await unlink(linked);
      expect(await baseOf(moved)).toBe(base);
      expect((await readFile(join(base, 'data-dir.txt'), 'utf8')).trim()).toBe(moved);
      // Nobody else reads what is where.
      expect((await stat(join(moved, 'database-folder.txt'))).mode & 0o777).toBe(0o600);
    },
  );

  it('of two first starts at once, by two paths, has one database', needs.root, async ({ skip, task }) => {
    await mkdir(dataDir);
    const bound = join(folder.path, 'bound');
    await mkdir(bound);
    if (!bind(dataDir, bound)) {
      Object.assign(task.meta, given('the right to mount', false).meta);
      skip();
    }
    const identity = await postgresUser();
    for (let round = 0; round < 10; round++) {
      const found = await Promise.all(
        [dataDir, bound, dataDir, bound].map((path) => postgresFolders(path, identity, rootFolder)),
      );
      expect(new Set(found.map(({ base }) => base)).size).toBe(1);
      await rm(join(dataDir, 'database-folder.txt'));
      await rm(rootFolder, { recursive: true });
    }
  });

  it('of before, which lies by the path as it was written, is found again', needs.root, async () => {
    const linked = join(folder.path, 'linked');
    // By the name of a link that was not followed.
    const asWritten = await postgresBase(linked, true, rootFolder);
    await mkdir(asWritten, { recursive: true, mode: 0o700 });
    await mkdir(dataDir);
    await symlink(dataDir, linked);
    expect(await postgresBase(dataDir, true, rootFolder)).not.toBe(asWritten);
    expect(await postgresBase(linked, true, rootFolder)).toBe(asWritten);
    await postgresFolders(linked, await postgresUser(), rootFolder);
    // From now on by every path.
    for (const path of [dataDir, linked]) expect(await postgresBase(path, true, rootFolder)).toBe(asWritten);
  });
});
