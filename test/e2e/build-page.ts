import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '../../web');

/**
 * Builds the page as it is now where the server serves it from. Nothing is removed there first: another test may be serving the same
 * files.
 */
export async function buildServedPage(): Promise<void> {
  await build({ root, logLevel: 'error', build: { emptyOutDir: false } });
}

export interface BuiltPage {
  readonly dist: string;
  readonly remove: () => Promise<void>;
}

/** Builds the page as it is now into a folder of its own, so that no test looks at yesterday's. */
export async function buildPage(): Promise<BuiltPage> {
  const dist = await mkdtemp(join(tmpdir(), 'anso-web-'));
  await build({
    root,
    logLevel: 'error',
    build: { outDir: dist, emptyOutDir: true },
  });
  return { dist, remove: () => rm(dist, { recursive: true, force: true }) };
}
