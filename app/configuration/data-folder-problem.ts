import { accessSync, constants, statSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Why nobody can work with this DATA_DIR, as a sentence; undefined where it is a folder that this user may look into, or is not there yet.
 * Without this a folder that may not be entered looks as if it were empty: nothing runs there, nothing is kept there.
 */
export function dataFolderProblem(folder: string): string | undefined {
  const path = resolve(folder);
  const found = nearest(path);
  if (found === undefined) return undefined;
  if (!found.stats.isDirectory())
    return `DATA_DIR: ${found.path} is a file, a folder is needed: set another DATA_DIR`;
  try {
    accessSync(found.path, found.path === path ? constants.R_OK | constants.X_OK : constants.X_OK);
    return undefined;
  } catch {
    const { uid, mode } = found.stats;
    const octal = (mode & 0o777).toString(8).padStart(3, '0');
    return `DATA_DIR: ${found.path} may not be entered by user ${process.getuid?.()}: it is of user ${uid}, mode ${octal}: run this as that user, or set another DATA_DIR`;
  }
}

/** The path itself, or the closest above it that can be seen. */
function nearest(path: string): { readonly path: string; readonly stats: Stats } | undefined {
  for (let at = path; ; at = dirname(at)) {
    try {
      return { path: at, stats: statSync(at) };
    } catch {
      if (dirname(at) === at) return undefined;
    }
  }
}
