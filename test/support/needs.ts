import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownTime } from './own-time.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What this machine lacks for the test, in words for the end of the run. */
    lacks?: string;
    /** Nothing that can be installed: left out in CI too. */
    isDeselected?: boolean;
  }
}

/** Options of a `describe` or an `it` that needs something beside the checkout. */
export interface Need {
  readonly skip: boolean;
  readonly meta: { readonly lacks?: string; readonly isDeselected?: boolean };
}

const nothing: Need = { skip: false, meta: {} };
const isCi = process.env['CI'] !== undefined;
const shared = join(import.meta.dirname, '../../../shared');

/** What can be installed: without it the test is skipped and named, but in CI it runs and fails. */
const installed = (lacks: string, isThere: boolean): Need =>
  isThere || isCi ? nothing : { skip: true, meta: { lacks } };

/** What a machine has or has not: without it the test is left out and named, in CI too. */
export const given = (lacks: string, isThere: boolean): Need =>
  isThere ? nothing : { skip: true, meta: { lacks, isDeselected: true } };

const runs = (program: string, ...parameters: string[]) =>
  spawnSync(program, parameters, { stdio: 'ignore', env: ownTime() }).status === 0;

/** Files of the folder of data beside the checkout, which a plain clone does not have. Where it is, they must be in it. */
export const needsData = (...files: string[]): Need =>
  given(files.map((file) => `../shared/${file}`).join(', '), existsSync(shared));

export const needs = {
  none: nothing,
  get redis() {
    return once('redis', () => installed('redis-server', runs('redis-server', '--version')));
  },
  get chromium() {
    return once('chromium', () =>
      installed('chromium', existsSync(process.env['CHROMIUM'] ?? '/usr/bin/chromium')),
    );
  },
  /** Both proxies that the documentation has settings for, and what makes their certificate. */
  get proxies() {
    return once('proxies', () =>
      installed(
        'nginx, caddy and openssl',
        runs('nginx', '-e', 'stderr', '-v') && runs('caddy', 'version') && runs('openssl', 'version'),
      ),
    );
  },
  get websockets() {
    return once('websockets', () =>
      installed('python3-websockets', runs('/usr/bin/python3', '-c', 'import websockets')),
    );
  },
  get faketime() {
    return once('faketime', () => installed('faketime', runs('faketime', '--version')));
  },
  get tmpfs() {
    return once('tmpfs', () => given('the right to mount a tmpfs', process.getuid?.() === 0 && canMount()));
  },
  get root() {
    return once('root', () => given('to be run as root', process.getuid?.() === 0));
  },
} as const;

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'anso-mount-'));
  const mounted = runs('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder);
  if (mounted) runs('umount', folder);
  rmSync(folder, { recursive: true, force: true });
  return mounted;
}

const found = new Map<string, Need>();
function once(name: string, find: () => Need): Need {
  const need = found.get(name) ?? find();
  found.set(name, need);
  return need;
}
