import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CommandError } from '../../command.ts';

/** What the name of a file ends with until it is whole. */
export const UNFINISHED = '.new';

/**
 * Replaces a file at once: whoever reads it, after whatever crash, finds the old one or the new one whole. Throws a CommandError where the
 * disk is full or takes no writes; the old file is untouched then.
 */
export async function writeWhole(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const unfinished = `${path}${UNFINISHED}`;
  try {
    const file = await open(unfinished, 'w', 0o600);
    try {
      for (const piece of pieces) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    throw new CommandError(`${path} cannot be written: ${reasonOf(error)}; what was stored before is whole`, {
      cause: error,
    });
  }
}

/** So that the new name survives a loss of power. Some systems open no folders. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's share of the disk is full",
  EFBIG: 'files may not become so large here',
  EROFS: 'the file system takes no writes',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
};

const reasonOf = (error: unknown): string => {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? message;
};
