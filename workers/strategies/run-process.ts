import type { ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import type { Closure } from '../../strategy/load/read-closure.ts';
import type { Ended, Limits, ProcessOrder, ProcessReply, ThreadAnswer, ThreadQuestion } from './messages.ts';
import { type SpareProcess, strategyProcess } from './processes.ts';

/** A strategy that runs in a process of its own. */
export interface RunningStrategy {
  readonly closure: Closure;
  /** One question at a time and thread. Never rejects: a process that ends is begun again with the next question. */
  ask(question: ThreadQuestion, thread?: string): Promise<ThreadAnswer | Ended>;
  /** Ends a thread that is not asked now. */
  end(thread: string): Promise<void>;
  /** Ends the process once it is not asked anything for so long, ms: the next question begins another. */
  rest(afterMs: number): void;
  close(): Promise<void>;
}

type Answer = (answer: ThreadAnswer | Ended) => void;

/** Reads a strategy's file in a process of its own and runs it there. Rejects with the reason where the file cannot be one. */
export async function runStrategy(
  file: string,
  limits: Limits,
  spare?: Pick<SpareProcess, 'take'>,
): Promise<RunningStrategy> {
  const folder = dirname(file);
  let child: ChildProcess | undefined;
  let isClosed = false;
  let next = 0;
  let restMs: number | undefined;
  let resting: NodeJS.Timeout | undefined;
  const waiting = new Map<number, Answer>();

  const start = (begun: ChildProcess, order: ProcessOrder): Promise<Closure> => {
    child = begun;
    return new Promise((resolve, reject) => {
      begun.on('message', (reply: ProcessReply) => {
        if (reply.kind === 'ready') resolve(reply.closure);
        else if (reply.kind === 'unreadable') reject(new Error(reply.message));
        else {
          waiting.get(reply.id)?.(reply.answer);
          waiting.delete(reply.id);
          restLater();
        }
      });
      begun.once('error', reject);
      begun.once('exit', (code, signal) => {
        reject(new Error(`its process ended with ${String(signal ?? code)}`));
        if (child !== begun) return;
        child = undefined;
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
  const restLater = (): void => {
    clearTimeout(resting);
    if (restMs === undefined || child === undefined) return;
    resting = setTimeout(() => {
      if (waiting.size > 0 || child === undefined) return;
      child.kill('SIGKILL');
      child = undefined;
    }, restMs).unref();
  };

  const first = spare?.take(folder) ?? strategyProcess(folder);
  const closure = await start(first, { kind: 'read', file, limits }).catch(async (error: unknown) => {
    child?.kill('SIGKILL');
    throw error;
  });
  let ready: Promise<unknown> = Promise.resolve();
  return {
    closure,
    async ask(question, thread = 'own') {
      if (isClosed) return ended('the strategy is closed');
      clearTimeout(resting);
      if (child === undefined)
        ready = start(strategyProcess(folder), { kind: 'run', closure, limits }).catch(
          (error: Error) => error,
        );
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
    rest(afterMs) {
      restMs = afterMs;
      restLater();
    },
    async close() {
      isClosed = true;
      clearTimeout(resting);
      const last = child;
      if (last === undefined) return;
      const gone = new Promise<void>((done) => last.once('exit', () => done()));
      last.kill('SIGKILL');
      await gone;
    },
  };
}

const ended = (message: string): Ended => ({ kind: 'ended', fault: { kind: 'ended', message } });
