import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file that may be a strategy; its name without the ending is the strategy's. */
export interface StrategyFile {
  readonly name: string;
  readonly path: string;
}

const named = /^([a-z][a-z0-9-]{0,49})\.ts$/;

/** The strategies' files of some folders, by name; of two of one name the first folder's. A folder that is not there has none. */
export async function findFiles(dirs: readonly string[]): Promise<readonly StrategyFile[]> {
  const found = new Map<string, StrategyFile>();
  for (const dir of dirs) {
    for (const entry of await readdir(dir).catch((): string[] => [])) {
      const name = named.exec(entry)?.[1];
      if (name !== undefined && !found.has(name)) found.set(name, { name, path: join(dir, entry) });
    }
  }
  return [...found.values()];
}

/** What changes when one of the files does: their times and sizes. */
export async function stampOf(paths: readonly string[]): Promise<string> {
  const parts = await Promise.all(
    paths.map(async (path) => {
      const found = await stat(path).catch(() => null);
      return found === null ? `${path} is gone` : `${path} ${found.mtimeMs} ${found.size} ${found.ino}`;
    }),
  );
  return parts.sort().join('\n');
}
