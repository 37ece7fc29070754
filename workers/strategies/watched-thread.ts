import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { StrategyFault } from '../../models/decision/analysis.ts';
import type { Closure } from '../../strategy/load/read-closure.ts';
import type { Ended, Limits, ThreadAnswer, ThreadOrder, ThreadQuestion, ThreadReply } from './messages.ts';

/** How often a question that takes long is looked at, ms. */
const lookMs = 20;
/** A thread's first questions run code that is not compiled yet. */
const coldQuestions = 5;
const coldFactor = 5;
/** Decisions of one close of a sweep that may take their whole time. */
const mostAtOnce = 20;
/** The machine may be busy: by the clock a question may take so many times its processor time. */
const clockFactor = 60;

export interface WatchedThread {
  /** One question at a time. Answers in any case: what takes too long or too much is ended, and the next question is another thread's. */
  ask(question: ThreadQuestion): Promise<ThreadAnswer | Ended>;
  end(): Promise<void>;
}

/**
 * A strategy's thread, watched from the thread beside it. Its processor time counts, so that a busy machine makes nobody late; arrays lie outside
 * of the memory that a thread can be limited to, so the memory of the process is looked at too. `prepared`: the first one, where it has begun.
 */
export function createWatchedThread(closure: Closure, limits: Limits, prepared?: Thread): WatchedThread {
  let thread = prepared;
  thread?.run(closure);
  const begun = (): Thread => {
    const made = beginThread(limits, { isEarly: false });
    made.run(closure);
    return made;
  };
  return {
    async ask(question) {
      thread ??= begun();
      const answer = await thread.ask(question);
      if (answer.kind === 'ended') {
        const old = thread;
        thread = undefined;
        await old.end();
      }
      return answer;
    },
    async end() {
      const old = thread;
      thread = undefined;
      await old?.end();
    },
  };
}

/** A thread that has begun, with or without a strategy to run. */
export interface Thread {
  /** What it runs: said once, before it is asked. */
  run(closure: Closure): void;
  ask(question: ThreadQuestion): Promise<ThreadAnswer | Ended>;
  end(): Promise<unknown>;
}

/** Begins a thread before there is a strategy for it. */
export const prepareThread = (limits: Limits): Thread => beginThread(limits, { isEarly: true });

function beginThread(limits: Limits, { isEarly }: { readonly isEarly: boolean }): Thread {
  let asked = 0;
  /** Processor time by its last answer, ms. */
  let usedMs = 0;
  let settle: (answer: ThreadAnswer | Ended) => void = () => {};
  /** It may end between two questions too: what is asked then has its reason. */
  let over: Ended | undefined;
  const fail = (kind: StrategyFault['kind'], message: string): void => {
    over ??= { kind: 'ended', fault: { kind, message } };
    settle(over);
  };
  const tooMuch = (): void => fail('memory', `it used more than ${limits.memoryMb} MB`);

  const worker = new Worker(new URL('./strategy-thread.ts', import.meta.url), {
    workerData: { isEarly },
    // What is compiled is kept, so that a thread begins in a third of the time.
    env: { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
    execArgv: ['--frozen-intrinsics', '--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb, maxYoungGenerationSizeMb: 16 },
    stdout: true,
    stderr: true,
  });
  worker.on('message', ({ answer, cpuMs }: ThreadReply) => {
    usedMs = cpuMs;
    if (answer !== null) settle(answer);
  });
  worker.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') tooMuch();
    else fail('ended', `its thread ended: ${error.message.slice(0, 300)}`);
  });
  worker.on('exit', () => fail('ended', 'its thread ended'));

  /** Processor time since its last answer, ms; 0 where it cannot be known. */
  const used = async (): Promise<number> => {
    const usage = await Promise.race([worker.cpuUsage().catch(() => undefined), delay(500)]);
    return typeof usage === 'object' ? (usage.user + usage.system) / 1000 - usedMs : 0;
  };
  const watch = (limitMs: number): (() => void) => {
    const since = performance.now();
    let isLooking = false;
    const look = async (): Promise<void> => {
      if (process.memoryUsage.rss() > 1e6 * (200 + 2 * limits.memoryMb)) return tooMuch();
      const wallMs = performance.now() - since;
      if (wallMs < limitMs) return;
      if (wallMs > clockFactor * limitMs || (await used()) > limitMs)
        fail('late', `it took longer than ${limitMs} ms`);
    };
    const looks = setInterval(() => {
      if (isLooking) return;
      isLooking = true;
      void look().finally(() => (isLooking = false));
    }, lookMs);
    return () => clearInterval(looks);
  };
  return {
    run: (closure) => worker.postMessage({ kind: 'run', closure } satisfies ThreadOrder),
    ask: (question) =>
      new Promise((resolve) => {
        if (over !== undefined) return resolve(over);
        asked++;
        const decisionMs = limits.decisionMs * (asked <= coldQuestions ? coldFactor : 1);
        // A stretch looks at its own budget after each decision.
        const budgetMs = 'budgetMs' in question ? question.budgetMs : 0;
        // Of a sweep the budget is looked at after each close, with all settings.
        const decisions = question.kind === 'sweep' ? question.settings.length : 1;
        const unwatch = watch(
          Math.min(decisions, mostAtOnce) * decisionMs + budgetMs + (asked === 1 ? limits.loadMs : 0),
        );
        settle = (answer) => {
          settle = () => {};
          unwatch();
          resolve(answer);
        };
        worker.postMessage(question);
      }),
    end: () => worker.terminate(),
  };
}
