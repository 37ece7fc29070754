import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface WorkingCopy {
  readonly root: string;
  readonly read: (file: string) => string;
  /** Runs `work` while `file` has another text. */
  readonly with: <T>(file: string, text: string, work: () => Promise<T>) => Promise<T>;
  readonly dispose: () => void;
}

/** A copy of the tree in `from`, as git lists it, so that nothing that is in use is ever changed. Packages are shared. */
export function openWorkingCopy(from: string): WorkingCopy {
  const root = mkdtempSync(join(tmpdir(), 'anso-mutate-'));
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: from,
  });
  for (const file of new Set(list.toString().split('\0'))) {
    if (file === '' || !existsSync(join(from, file))) continue;
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(join(from, file), join(root, file));
  }
  for (const shared of ['node_modules', 'web/dist']) {
    if (existsSync(join(from, shared))) symlinkSync(join(from, shared), join(root, shared));
  }
  const read = (file: string) => readFileSync(join(root, file), 'utf8');
  return {
    root,
    read,
    with: async (file, text, work) => {
      const before = read(file);
      writeFileSync(join(root, file), text);
      try {
        return await work();
      } finally {
        writeFileSync(join(root, file), before);
      }
    },
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}
