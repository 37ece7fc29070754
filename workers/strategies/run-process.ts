import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Closure } from '../../strategy/load/read-closure.ts';
import type { Ended, Limits, ProcessOrder, ProcessReply, ThreadAnswer, ThreadQuestion } from './messages.ts';

const root = realpathSync(fileURLToPath(new URL('../..', import.meta.url)));
const modules = realpathSync(fileURLToPath(new URL('../../node_modules', import.meta.url)));

/** A strategy that runs in a process of its own. */
export interface RunningStrategy {
  readonly closure: Closure;
  /** One question at a time and thread. Never rejects: a process that ends is begun again with the next question. */
  ask(question: ThreadQuestion, thread?: string): Promise<ThreadAnswer | Ended>;
  /** Ends a thread that is not asked now. */
  end(thread: string): Promise<void>;
  close(): Promise<void>;
}

type Answer = (answer: ThreadAnswer | Ended) => void;

/** Reads a strategy's file in a new process and runs it there. Rejects with the reason where the file cannot be one. */
export async function runStrategy(file: string, limits: Limits): Promise<RunningStrategy> {
  let child: ChildProcess | undefined;
  let isClosed = false;
  let next = 0;
  const waiting = new Map<number, Answer>();

  const start = (order: ProcessOrder): Promise<Closure> => {
    const begun = spawn(dirname(file));
    child = begun;
    return new Promise((resolve, reject) => {
      begun.on('message', (reply: ProcessReply) => {
        if (reply.kind === 'ready') resolve(reply.closure);
        else if (reply.kind === 'unreadable') reject(new Error(reply.message));
        else {
          waiting.get(reply.id)?.(reply.answer);
          waiting.delete(reply.id);
        }
      });
      begun.once('error', reject);
      begun.once('exit', (code, signal) => {
        if (child === begun) child = undefined;
        reject(new Error(`its process ended with ${String(signal ?? code)}`));
        // What V8 cannot allocate ends in an abort or a trap, what the system cannot in a kill.
        const isMemory =
          signal === 'SIGABRT' || signal === 'SIGTRAP' || signal === 'SIGKILL' || (code ?? 0) >= 128;
        const fault = isMemory
          ? ({ kind: 'memory', message: `it used more than ${limits.memoryMb} MB` } as const)
          : ({ kind: 'ended', message: `its process ended with ${String(signal ?? code)}` } as const);
        for (const answer of waiting.values()) answer({ kind: 'ended', fault });
        waiting.clear();
      });
      begun.send(order);
    });
  };

  const closure = await start({ kind: 'read', file, limits }).catch(async (error: unknown) => {
    child?.kill('SIGKILL');
    throw error;
  });
  let ready: Promise<unknown> = Promise.resolve();
  return {
    closure,
    async ask(question, thread = 'own') {
      if (isClosed) return ended('the strategy is closed');
      if (child === undefined) ready = start({ kind: 'run', closure, limits }).catch((error: Error) => error);
      const failed = await ready;
      if (failed instanceof Error) return ended(failed.message);
      return new Promise((resolve) => {
        const id = next++;
        waiting.set(id, resolve);
        if (child === undefined) {
          waiting.delete(id);
          resolve(ended('its process ended'));
        } else child.send({ kind: 'ask', id, thread, question } satisfies ProcessOrder);
      });
    },
    async end(thread) {
      await ready;
      child?.send({ kind: 'end', thread } satisfies ProcessOrder);
    },
    async close() {
      isClosed = true;
      const last = child;
      if (last === undefined) return;
      const gone = new Promise<void>((done) => last.once('exit', () => done()));
      last.kill('SIGKILL');
      await gone;
    },
  };
}

const ended = (message: string): Ended => ({ kind: 'ended', fault: { kind: 'ended', message } });

/** Where Node keeps what it has compiled: this process's own place, or the installation's. */
const compiled = dirname(getCompileCacheDir() ?? join(modules, '.cache', 'anso-vision', 'any'));

/** It may read code and the folder of its strategy, write nothing else than compiled code and start nothing, and knows no setting of ours. */
function spawn(folder: string): ChildProcess {
  const readable = [root, modules, compiled, realpathSync(folder)];
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
