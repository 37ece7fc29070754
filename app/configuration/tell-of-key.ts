import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { type Config, isWhole } from '../../config.ts';
import { ownKeyFile } from './own-key.ts';

/** Tells the operator where the key lies that the server made for itself, never the key. */
export function tellOfKey(config: Config, log: Pick<Logger, 'info' | 'warn'>): void {
  if (!config.hasOwnKey) return;
  const path = resolve(ownKeyFile(config));
  if (isWhole(config))
    log.info({ path }, 'API_KEYS is not set: the key of the privileged routes is in this file');
  else
    log.warn(
      { path },
      'API_KEYS is not set: the key of the privileged routes is in this file, and processes with another DATA_DIR have another key; give all of them the same API_KEYS',
    );
}
