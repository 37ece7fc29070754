import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finding, ok, warn } from './finding.ts';

/** The page is built by `npm ci`, unless scripts were off. */
export async function checkPage(folder: string): Promise<Finding> {
  return access(join(folder, 'index.html')).then(
    () => ok('page', 'built'),
    () => warn('page', `there is no page in ${folder}`, 'run `npm run prepare`'),
  );
}
