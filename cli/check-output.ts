import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Can this file be written? Asked before the work of which it is the result. Throws what names the file or its folder. */
export async function checkOutput(file: string): Promise<void> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (found?.isDirectory())
    throw Object.assign(new Error(`${file} is a folder`), { code: 'EISDIR', path: file });
  const asked = found === undefined ? dirname(file) : file;
  await access(asked, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    const isMissing = error.code === 'ENOENT';
    throw isMissing ? Object.assign(error, { path: `${file} needs the folder ${asked}` }) : error;
  });
}
