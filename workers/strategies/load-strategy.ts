import { fileURLToPath } from 'node:url';
import type { Analysis, StrategyFault } from '../../models/decision/analysis.ts';
import type { AskedStrategy, StrategyStretch } from '../../strategy/run/analyse-stretch.ts';
import type { SweptStretch } from '../../strategy/run/sweep-stretch.ts';
import type { AnalysisLane } from '../analysis-pool.ts';
import { createFairQueue } from '../fair-queue.ts';
import type { StrategyFile } from './find-files.ts';
import type { Ended, Limits, StrategyDescription, StrategyTask, ThreadAnswer } from './messages.ts';
import type { SpareProcess } from './processes.ts';
import { ProcessEnded, runStrategy } from './run-process.ts';

/** Decisions in a row that gave no answer before it is asked no more. */
const mostFailures = 3;
/** Processor time of one question about a stretch, ms. */
const budgetMs = 1000;
/** How long the process of an older version waits for closes under way, ms. */
const restMs = 20_000;
/** Live closes that run before a waiting request does. */
const livePerRequest = 8;

/** What came of one question to a strategy. */
interface NoAnswer {
  readonly fault: StrategyFault;
}

/** One version of a strategy's file, running. */
export interface LoadedStrategy {
  readonly name: string;
  /** SHA-256 of the file and what it imports, hex. */
  readonly hash: string;
  readonly description: StrategyDescription;
  /** Paths of the file and what it imports. */
  readonly files: readonly string[];
  parse(
    params: unknown,
  ): Promise<{ readonly params: Readonly<Record<string, unknown>> } | { readonly error: string }>;
  /** One after the other, live closes first. */
  analyse(task: StrategyTask, lane: AnalysisLane): Promise<Analysis | NoAnswer>;
  /** The same for a check, in its own thread or in one beside it; with the processor time it took, ms. */
  try(
    task: StrategyTask,
    thread: 'own' | 'beside',
  ): Promise<{ readonly analysis: Analysis; readonly ms: number } | NoAnswer>;
  /**
   * The first closes of a stretch, as many as it comes through in about a second of processor time, in the thread of that name: it takes one
   * stretch at a time. Where that ends, whichever close it was: to be asked about one by one.
   */
  stretch(
    asked: AskedStrategy,
    stretch: StrategyStretch,
    thread: string,
  ): Promise<{ readonly analyses: readonly Analysis[] } | NoAnswer>;
  /** The same for many settings at once: what they call. A thread that ends ends them all. */
  sweep(
    settings: readonly AskedStrategy[],
    stretch: StrategyStretch,
    thread: string,
  ): Promise<SweptStretch | NoAnswer>;
  /** Ends the thread beside its own; the next question there begins another. */
  endBeside(): Promise<void>;
  /** Why it is asked no more, in a sentence; null: it is. */
  stopped(): string | null;
  /** Another version has its place: its process ends when it was asked nothing for a while, until it is asked again. */
  retire(): void;
  close(): Promise<void>;
}

/** Loads a strategy's file, in the spare process where there is one. Rejects with the reason, in a sentence, where it is none. */
export async function loadStrategy(
  { name, path }: StrategyFile,
  limits: Limits,
  spare?: Pick<SpareProcess, 'take'>,
): Promise<LoadedStrategy> {
  const running = await runStrategy(path, limits, spare);
  const { closure } = running;
  const described = await running.ask({ kind: 'describe' });
  if (described.kind !== 'described') {
    await running.close();
    const { kind, message } = faultOf(described);
    throw kind === 'ended' || kind === 'memory' ? new ProcessEnded(message) : new Error(message);
  }
  const queue = createFairQueue<() => Promise<void>>(livePerRequest);
  let isBusy = false;
  let failures = 0;
  let stopped: string | null = null;

  const answer = async (task: StrategyTask): Promise<Analysis | NoAnswer> => {
    if (stopped !== null) return { fault: { kind: 'stopped', message: stopped } };
    const came = await running.ask({ kind: 'analyse', task });
    if (came.kind === 'analysed') {
      failures = 0;
      return came.analysis;
    }
    const fault = faultOf(came);
    failures++;
    if (failures >= mostFailures) {
      stopped = `it was stopped after ${failures} decisions without an answer, the last because ${fault.message}`;
      running.rest(0);
    }
    return { fault };
  };
  const pump = (): void => {
    if (isBusy) return;
    const next = queue.shift();
    if (next === undefined) return;
    isBusy = true;
    void next().finally(() => {
      isBusy = false;
      pump();
    });
  };
  /** In its turn: the thread takes one question at a time. */
  const inTurn = <T>(lane: AnalysisLane, ask: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const turn = () => ask().then(resolve, reject);
      if (lane.lane === 'live') queue.pushLive(turn);
      else queue.pushRequest(turn, lane.caller ?? '');
      pump();
    });
  return {
    name,
    hash: closure.hash,
    description: described.description,
    files: Object.keys(closure.code).map((url) => fileURLToPath(url)),
    stopped: () => stopped,
    async parse(params) {
      const came = await inTurn({ lane: 'live' }, () => running.ask({ kind: 'parse', params }));
      return came.kind === 'parsed' ? { params: came.params } : { error: faultOf(came).message };
    },
    analyse: (task, lane) => inTurn(lane, () => answer(task)),
    async stretch(asked, stretch, thread) {
      if (stopped !== null) return { fault: { kind: 'stopped', message: stopped } };
      const came = await running.ask({ kind: 'stretch', asked, stretch, budgetMs }, thread);
      return came.kind === 'stretched' ? came : { fault: faultOf(came) };
    },
    async sweep(settings, stretch, thread) {
      const came = await running.ask({ kind: 'sweep', settings, stretch, budgetMs }, thread);
      return came.kind === 'swept' ? came : { fault: faultOf(came) };
    },
    endBeside: () => running.end('beside'),
    async try(task, thread) {
      const question = { kind: 'analyse', task } as const;
      const came = await (thread === 'own'
        ? inTurn({ lane: 'live' }, () => running.ask(question))
        : running.ask(question, 'beside'));
      return came.kind === 'analysed' ? came : { fault: faultOf(came) };
    },
    retire: () => running.rest(restMs),
    close: () => running.close(),
  };
}

function faultOf(came: ThreadAnswer | Ended): StrategyFault {
  if (came.kind === 'ended') return came.fault;
  return { kind: 'threw', message: came.kind === 'refused' ? came.message : 'it answered another question' };
}
