import { readFile, stat } from 'node:fs/promises';
import { ownKeyFile } from '../../app/configuration/own-key.ts';
import type { Config } from '../../config.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { networkReason } from '../../schema/outside/network-reason.ts';

const part = 'key';

/** What opens the privileged routes, without a word of it. */
export async function checkKey(config: Pick<Config, 'API_KEYS' | 'baseDir'>): Promise<Finding> {
  if (config.API_KEYS !== undefined)
    return ok(
      part,
      `privileged routes take ${config.API_KEYS.length === 1 ? 'one key' : `${config.API_KEYS.length} keys`} of API_KEYS`,
    );
  const path = ownKeyFile(config);
  try {
    const { mode } = await stat(path);
    await readFile(path);
    if ((mode & 0o077) === 0) return ok(part, `API_KEYS is unset: privileged routes take the key in ${path}`);
    return warn(
      part,
      `other users may read ${path} (mode ${(mode & 0o777).toString(8)})`,
      'remove it: the next start makes another',
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return ok(part, `API_KEYS is unset: the first start makes a key in ${path}`);
    return fail(part, `${path}: ${networkReason(error)}`, 'let this user read it, or set API_KEYS');
  }
}
