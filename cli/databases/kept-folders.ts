import { access, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isOurs } from '../../app/configuration/own-folder.ts';
import type { Config } from '../../config.ts';
import { clusterOf, postgresBase, rootsFolder } from '../../store/embedded/postgres-folders.ts';
import { dataDirsOf } from './data-dirs-of.ts';

export interface KeptFolder {
  readonly dataDir: string;
  /** What the server has made there, and where root's database of it lies. */
  readonly paths: readonly string[];
}

/** What a server of this configuration keeps, the inner folder first: the demo's, and what is live where it is not the demo that is asked about. */
export async function keptFolders(config: Pick<Config, 'baseDir' | 'demo'>): Promise<KeptFolder[]> {
  const [live, demo] = (await Promise.all(dataDirsOf(config).map(keptIn))) as [KeptFolder, KeptFolder];
  // What makes a folder a live server's: not the key, which both use.
  const isLive = live.paths.some((path) => !path.endsWith('/api-key'));
  return config.demo && isLive ? [demo] : [demo, live];
}

async function keptIn(dataDir: string): Promise<KeptFolder> {
  const absolute = resolve(dataDir);
  const names = await readdir(absolute).catch(() => []);
  const paths: string[] = [];
  for (const name of names.filter(isOurs).sort()) {
    const path = join(absolute, name);
    // These names are common: another program's folder of such a name is not ours.
    if (name === 'demo') continue;
    // Prices of the past are no state of the server's, and cost hours and credits.
    if (name === 'history') continue;
    if (name === 'postgres' && !(await exists(clusterOf(path)))) continue;
    paths.push(path);
  }
  const base = await postgresBase(absolute, process.getuid?.() === 0, rootsFolder);
  if (!paths.includes(base) && (await exists(clusterOf(base)))) paths.push(base);
  return { dataDir: absolute, paths };
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
