import { type ChildProcess, fork } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Limits, ProcessOrder } from './messages.ts';

const root = realpathSync(fileURLToPath(new URL('../..', import.meta.url)));
const modules = realpathSync(fileURLToPath(new URL('../../node_modules', import.meta.url)));
/** Where Node keeps what it has compiled: this process's own place, or the installation's. */
const compiled = dirname(getCompileCacheDir() ?? join(modules, '.cache', 'anso-vision', 'any'));

/** A process and threads take most of a reload to begin: one is kept that has begun already. */
export interface SpareProcess {
  /** The one that was kept where it may read the folder, or undefined. It is the caller's then. */
  take(folder: string): ChildProcess | undefined;
  /** Begins one where none is kept. */
  keep(): void;
  close(): void;
}

/** A process that may read any of these folders, with its threads begun and the model's code compiled. */
export function createSpareProcess(dirs: readonly string[], limits: Limits): SpareProcess {
  let spare: { readonly child: ChildProcess; readonly folders: readonly string[] } | undefined;
  /** One that ends by itself is not kept. */
  const forget = (): void => {
    spare = undefined;
  };
  let isClosed = false;
  const end = (): void => {
    spare?.child.off('exit', forget).kill('SIGKILL');
    spare = undefined;
  };
  return {
    take(folder) {
      const real = realOf(folder);
      if (spare === undefined || real === undefined || !spare.folders.includes(real)) return undefined;
      const { child } = spare;
      spare = undefined;
      child.off('exit', forget).off('error', forget);
      child.ref();
      child.channel?.ref();
      return child;
    },
    keep() {
      const folders = dirs.flatMap((dir) => realOf(dir) ?? []);
      if (isClosed || String(folders) === String(spare?.folders)) return;
      end();
      const child = spawn(folders);
      child.on('exit', forget).on('error', forget);
      child.send({ kind: 'prepare', limits } satisfies ProcessOrder);
      child.unref();
      child.channel?.unref();
      spare = { child, folders };
    },
    close() {
      isClosed = true;
      end();
    },
  };
}

/** A new process for a strategy of a folder. */
export const strategyProcess = (folder: string): ChildProcess => spawn([realpathSync(folder)]);

/** It may read code and its folders, write nothing else than compiled code and start nothing, and knows no setting of ours. */
function spawn(folders: readonly string[]): ChildProcess {
  const readable = [root, modules, compiled, ...folders];
  return fork(new URL('./strategy-process.ts', import.meta.url), [], {
    execArgv: [
      '--permission',
      '--allow-worker',
      ...readable.map((path) => `--allow-fs-read=${path}`),
      `--allow-fs-write=${compiled}`,
      '--disable-warning=SecurityWarning',
      '--disable-warning=ExperimentalWarning',
    ],
    env: { TZ: 'UTC', NODE_COMPILE_CACHE: compiled },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

function realOf(folder: string): string | undefined {
  try {
    return realpathSync(folder);
  } catch {
    return undefined;
  }
}
