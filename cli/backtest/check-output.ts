import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Finds out before the work whether a file can be written at its end. Throws what the write would throw, naming the option: ENOENT
 * where the folder is missing, ENOTDIR where it is no folder, EISDIR where the file is one.
 */
export function checkOutput(option: string, path: string): void {
  const folder = dirname(path);
  const at = statSync(folder, { throwIfNoEntry: false });
  if (at === undefined) throw failure('ENOENT', `--${option} ${path}: the folder ${folder} is missing`);
  if (!at.isDirectory()) throw failure('ENOTDIR', `--${option} ${path}: ${folder}`);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw failure('EISDIR', `--${option} ${path}`);
}

const failure = (code: string, path: string): Error => Object.assign(new Error(code), { code, path });
