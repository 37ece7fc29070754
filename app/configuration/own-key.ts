import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../../config.ts';
import { Secret } from '../../schema/secrets/secret.ts';
import { ownFolder } from './own-folder.ts';

/** Characters that 128 random bits take in base64url. */
const leastLength = 22;

/** The file of the key holds something else. The operator must remove it. */
export class OwnKeyError extends Error {
  override name = 'OwnKeyError';
}

/** A configuration with a key for the privileged routes. */
export interface Keyed {
  readonly config: Config;
  /** Why there is none. */
  readonly problem?: unknown;
}

export const ownKeyFile = ({ baseDir }: Pick<Config, 'baseDir'>): string => join(baseDir, 'api-key');

/**
 * Puts a key of the server's own in place of API_KEYS that are not set, and makes it at the first start: 256 random bits, in a file that
 * the owner alone may read (0600). Processes that share the folder share the key. Never rejects: its caller has no log yet.
 */
export async function withOwnKey(config: Config): Promise<Keyed> {
  if (!config.hasOwnKey) return { config };
  try {
    await ownFolder(config.baseDir);
    const path = ownKeyFile(config);
    const key = (await readOwnKey(path)) ?? (await makeOwnKey(path));
    return { config: { ...config, API_KEYS: [new Secret(key)] } };
  } catch (problem) {
    return { config, problem };
  }
}

/** The key of a file, closed to others where it was open; undefined where there is no such file. Throws OwnKeyError where it holds none. */
export async function readOwnKey(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const key = text.trim();
  if (key.length < leastLength || !/^[\x21-\x7e]+$/.test(key))
    throw new OwnKeyError(
      `${path} holds no key of at least ${leastLength} characters: remove it, and the next start makes one`,
    );
  const { uid, mode } = await stat(path);
  if ((mode & 0o077) !== 0 && uid === process.getuid?.()) await chmod(path, 0o600);
  return key;
}

/** Whole or not at all: of processes that start at once the first makes it, and all of them read the same. */
async function makeOwnKey(path: string): Promise<string> {
  const fresh = `${path}.new-${randomUUID()}`;
  await writeFile(fresh, `${randomBytes(32).toString('base64url')}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  }).catch((error: unknown) => {
    // What the operator knows is the folder, not a name that was made up.
    throw Object.assign(error as Error, { path: dirname(path) });
  });
  try {
    await link(fresh, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(fresh, { force: true });
  }
  return (await readOwnKey(path))!;
}
