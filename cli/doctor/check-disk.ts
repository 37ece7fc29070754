import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Finding, fail, ok, warn } from './finding.ts';
import { networkReason } from '../../schema/outside/network-reason.ts';

const gibibyte = 1024 ** 3;

/** Is the folder, or where it will be made, writable and with room? */
export async function checkDisk(part: string, folder: string): Promise<Finding> {
  const existing = await nearest(resolve(folder));
  try {
    await access(existing, constants.W_OK | constants.X_OK);
  } catch (error) {
    return fail(
      part,
      `${existing}: ${networkReason(error)}`,
      'let this user write there, or set another DATA_DIR',
    );
  }
  const { bavail, bsize } = await statfs(existing);
  const free = (bavail * bsize) / gibibyte;
  const says = `${free.toFixed(1)} GiB are free at ${existing}`;
  if (free < 0.2) return fail(part, says, 'make room: PostgreSQL stops when the disk is full');
  return free < 1 ? warn(part, says, 'make room: a full disk stops PostgreSQL') : ok(part, says);
}

async function nearest(folder: string): Promise<string> {
  return access(folder).then(
    () => folder,
    () => (dirname(folder) === folder ? folder : nearest(dirname(folder))),
  );
}
