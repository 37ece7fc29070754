import { chmod, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What this server keeps in a DATA_DIR, and what a file system puts into its root. */
const ours =
  /^(?:api-key|calendar\.json|database-folder\.txt|demo|history|postgres|strategies|ticks|lost\+found)(?:\.new.*)?$/;
/** PostgreSQL looks after its own. */
const notTightened = /^(?:postgres|lost\+found)$/;
const others = 0o077;

/** Does a name in a DATA_DIR belong to this server? */
export const isOurs = (name: string): boolean => ours.test(name) && name !== 'lost+found';

/**
 * Makes a folder that its owner alone may enter (0700), and closes one that exists, with what this server has in it (files 0600). One that is
 * another user's, or that holds other things as well (a home, `/tmp`), keeps its mode: then the answer is a sentence for the operator.
 */
export async function ownFolder(folder: string): Promise<string | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await stat(folder);
  if ((mode & others) === 0) return undefined;
  const names = await readdir(folder);
  if (uid === process.getuid?.() && names.every((name) => ours.test(name))) {
    await chmod(folder, 0o700);
    for (const name of names) if (!notTightened.test(name)) await tighten(join(folder, name));
    return undefined;
  }
  const octal = (mode & 0o777).toString(8);
  return `other users may look into ${folder} (mode ${octal}): give this server a DATA_DIR of its own, with mode 700`;
}

async function tighten(path: string): Promise<void> {
  const entry = await lstat(path);
  if (entry.isFile()) await chmod(path, 0o600);
  if (!entry.isDirectory()) return;
  await chmod(path, 0o700);
  for (const name of await readdir(path)) if (!notTightened.test(name)) await tighten(join(path, name));
}
