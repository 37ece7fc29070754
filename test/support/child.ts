import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compiled } from './compiled.ts';

export interface Child {
  readonly process: ChildProcess;
  /** The next line it prints, parsed. */
  line(): Promise<Record<string, unknown>>;
  /** Resolves with its exit code or signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Runs a program of test/crash with this Node, as another user where asked. */
export function child(
  name: string,
  parameters: readonly string[],
  options: { uid?: number; gid?: number; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Child {
  const file = join(import.meta.dirname, '../crash', name);
  const program = spawn(process.execPath, [file, ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    ...options,
  });
  const lines: Record<string, unknown>[] = [];
  const waiting: ((line: Record<string, unknown>) => void)[] = [];
  createInterface({ input: program.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Record<string, unknown>;
    const first = waiting.shift();
    if (first === undefined) lines.push(line);
    else first(line);
  });
  return {
    process: program,
    line: () => {
      const first = lines.shift();
      return first === undefined ? new Promise((done) => waiting.push(done)) : Promise.resolve(first);
    },
    ended: new Promise((done) => program.once('exit', (code, signal) => done(code ?? signal!))),
  };
}
