import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolderProblem } from '../../../app/configuration/data-folder-problem.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anso-data-folder-'));
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

/** The same as another user: root may enter everything. */
const asStranger = (path: string): string => {
  const module = join(import.meta.dirname, '../../../app/configuration/data-folder-problem.ts');
  const script = `const { dataFolderProblem } = await import(${JSON.stringify(module)});
    if (process.getuid() === 0) process.setuid(65534);
    console.log(dataFolderProblem(${JSON.stringify(path)}) ?? 'none');`;
  const args = ['--input-type=module', '-e', script];
  return execFileSync(process.execPath, args, { encoding: 'utf8' }).trim();
};

describe('dataFolderProblem', () => {
  it('is none of a folder, and of one that is not there yet', () => {
    expect(dataFolderProblem(folder)).toBeUndefined();
    expect(dataFolderProblem(join(folder, 'a/b'))).toBeUndefined();
  });

  it('names the file that stands in the way', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    for (const path of [file, `${file}/demo`])
      expect(dataFolderProblem(path)).toBe(
        `DATA_DIR: ${file} is a file, a folder is needed: set another DATA_DIR`,
      );
  });

  it('names the folder that this user may not enter, and whose it is', async () => {
    const closed = join(folder, 'closed');
    await mkdir(join(closed, 'data'), { recursive: true });
    await chmod(closed, 0o000);
    for (const path of [closed, join(closed, 'data')])
      expect(asStranger(path)).toMatch(
        new RegExp(`^DATA_DIR: ${closed} may not be entered by user \\d+: it is of user \\d+, mode 000`),
      );
    await chmod(closed, 0o755);
    expect(asStranger(join(closed, 'data'))).toBe('none');
  });
});
