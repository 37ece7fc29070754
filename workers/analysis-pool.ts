import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { AnalyseOptions } from '../models/decision/analyse.ts';
import type { Analysis } from '../models/decision/analysis.ts';
import { type CandleColumns, packColumns } from '../models/candle-columns.ts';
import type { StrategyClose } from '../strategy/run/decide.ts';
import { createFairQueue } from './fair-queue.ts';
import { hasRoom, secondsUntilRoom } from './queue-limits.ts';

/** Too many requests wait; `retryAfter` in seconds is when there should be room. */
export class Overloaded extends Error {
  override name = 'Overloaded';
  readonly retryAfter: number;
  constructor(waiting: number, retryAfter: number) {
    super(`${waiting} analyses wait already; try again in ${retryAfter} s`);
    this.retryAfter = retryAfter;
  }
}

/** An analysis took longer than its limit; its thread was replaced. */
export class AnalysisTimeout extends Error {
  override name = 'AnalysisTimeout';
  readonly timeoutMs: number;
  constructor(timeoutMs: number) {
    super(`the analysis took longer than ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
  }
}

/** The queue of an analysis: live closes, or requests and who asks. */
export type AnalysisLane = { readonly lane: 'live' } | { readonly lane: 'request'; readonly caller?: string };

export interface TaskReport {
  readonly lane: 'live' | 'request';
  readonly result: 'done' | 'failed' | 'timeout' | 'refused';
  /** Waiting for a thread, and on it, ms. */
  readonly waitMs: number;
  readonly runMs: number;
}

export interface AnalysisPoolOptions {
  /** @default as many as processors: the event loop needs little of its own, and prices do not wait (bench:storm) */
  readonly threads?: number;
  /** Requests that may wait before new ones are refused. @default 64 */
  readonly maxRequests?: number;
  /** Live closes that may wait: one a symbol, so a bound against faults only. @default 10000 */
  readonly maxLive?: number;
  /** Limit on one analysis's time on its thread, ms. @default 10000 */
  readonly timeoutMs?: number;
  readonly onTask?: (report: TaskReport) => void;
  /** The module a thread runs. @default analysis-thread.ts */
  readonly worker?: URL;
}

export interface AnalysisPool {
  /**
   * By the built-in rule, or by `strategy`. Rejects with Overloaded, AnalysisTimeout, or what the analysis threw; with StrategyMissing where this
   * version of a strategy is not there (what a strategy does wrong is a WAIT). The columns stay the caller's.
   */
  readonly analyse: (
    columns: CandleColumns,
    options: AnalyseOptions,
    lane?: AnalysisLane,
    strategy?: StrategyClose,
  ) => Promise<Analysis>;
  readonly threads: number;
  readonly waiting: { readonly live: number; readonly requests: number };
  readonly running: number;
  /** Why nobody can analyse now; undefined: somebody can. */
  readonly away?: string | undefined;
  /** Rejects what waits, ends what runs. */
  close(): Promise<void>;
}

interface Waiting {
  readonly lane: AnalysisLane;
  readonly columns: CandleColumns;
  readonly options: AnalyseOptions;
  readonly since: number;
  readonly resolve: (analysis: Analysis) => void;
  readonly reject: (error: Error) => void;
}

/** Live closes that run before a waiting request does. */
const livePerRequest = 8;

/**
 * Analyses in worker threads. The queue is our own, so that its order and the time limit are: a thread gets its next task when
 * it is free, and the limit counts from there. A thread over the limit, or dead, is replaced. A flood of requests delays a
 * live close by the analyses that run already at most; a storm of closes still lets one request in nine through.
 */
export function createAnalysisPool({
  threads = availableParallelism(),
  maxRequests = 64,
  maxLive = 10_000,
  timeoutMs = 10_000,
  onTask = () => {},
  worker = new URL('./analysis-thread.ts', import.meta.url),
}: AnalysisPoolOptions = {}): AnalysisPool {
  const piscina = new Piscina<unknown, Analysis>({
    filename: worker.href,
    minThreads: threads,
    maxThreads: threads,
    // A thread that blocks on its port wakes faster, but looks like one that hangs.
    atomics: 'disabled',
    recordTiming: false,
  });
  piscina.on('error', () => {
    // A thread that dies without a task is replaced with the next task; nobody waits for it.
  });
  const queue = createFairQueue<Waiting>(livePerRequest);
  const stop = new AbortController();
  let running = 0;
  let meanRunMs = 20;

  const pump = (): void => {
    while (running < threads) {
      const next = queue.shift();
      if (next === undefined) return;
      running++;
      void run(next).finally(() => {
        running--;
        pump();
      });
    }
  };

  const run = async ({
    lane: { lane },
    columns,
    options,
    since,
    resolve,
    reject,
  }: Waiting): Promise<void> => {
    const started = performance.now();
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeoutMs);
    let result: TaskReport['result'] = 'done';
    try {
      const packed = packColumns(columns);
      const task = { packed, volumeKind: columns.volumeKind, options };
      const signal = AbortSignal.any([limit.signal, stop.signal]);
      resolve(await piscina.run(task, { transferList: [packed.buffer], signal }));
    } catch (error) {
      result = limit.signal.aborted ? 'timeout' : 'failed';
      reject(
        limit.signal.aborted
          ? new AnalysisTimeout(timeoutMs)
          : error instanceof Error
            ? error
            : new Error(String(error)),
      );
    } finally {
      clearTimeout(timer);
      const runMs = performance.now() - started;
      if (result === 'done') meanRunMs += 0.05 * (runMs - meanRunMs);
      onTask({ lane, result, waitMs: started - since, runMs });
    }
  };

  return {
    threads,
    get waiting() {
      return { live: queue.live, requests: queue.requests };
    },
    get running() {
      return running;
    },
    analyse(columns, options, lane = { lane: 'request' }, strategy) {
      if (stop.signal.aborted) return Promise.reject(new Error('the analysis pool is closed'));
      if (strategy !== undefined) return Promise.reject(new Error('this pool runs no strategies'));
      const caller = lane.lane === 'live' ? undefined : (lane.caller ?? '');
      if (!hasRoom(queue, caller, { maxRequests, maxLive })) {
        onTask({ lane: lane.lane, result: 'refused', waitMs: 0, runMs: 0 });
        const retryAfter = secondsUntilRoom(queue, meanRunMs, threads);
        return Promise.reject(new Overloaded(queue.live + queue.requests, retryAfter));
      }
      return new Promise<Analysis>((resolve, reject) => {
        const task = { lane, columns, options, since: performance.now(), resolve, reject };
        if (caller === undefined) queue.pushLive(task);
        else queue.pushRequest(task, caller);
        pump();
      });
    },
    async close() {
      stop.abort();
      for (const { reject } of queue.clear()) reject(new Error('the analysis pool is closed'));
      await piscina.destroy();
    },
  };
}
