import { stat } from 'node:fs/promises';

/** Refuses a folder where a file is read: reading tells of it too, but not which one it was. Throws what `stat` throws, else EISDIR. */
export async function checkInput(file: string): Promise<void> {
  if (!(await stat(file)).isDirectory()) return;
  throw Object.assign(new Error(`${file} is a folder`), { code: 'EISDIR', path: file });
}
