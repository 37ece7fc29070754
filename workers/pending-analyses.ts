import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Analysis } from '../models/decision/analysis.ts';
import type { AnalysisJob } from '../schema/analysis-job.ts';
import { AnalysisTimeout, type TaskReport } from './analysis-pool.ts';
import type { QueueLength } from './queue-limits.ts';

/** An analysis that its asker waits for. */
export interface PendingAnalysis {
  /** Of its job; another each time it is asked. */
  id: string;
  /** Where its answer is expected; undefined while it is not in Redis. */
  channel: string | undefined;
  /** When a thread began it (`performance.now()`); undefined while it waits. */
  begun: number | undefined;
  /** Undefined for a live close. */
  readonly caller: string | undefined;
  /** Among its caller's requests that waited when it came, from 1; 0 for a live close. */
  readonly place: number;
  /** The job but for its channel, as JSON takes it. */
  readonly job: Omit<z.input<typeof AnalysisJob>, 'channel'>;
  readonly since: number;
  /** Undefined while it is held. */
  limit: NodeJS.Timeout | undefined;
  readonly onTimeout: (pending: PendingAnalysis) => void;
  readonly resolve: (analysis: Analysis) => void;
  readonly reject: (error: Error) => void;
}

/** The analyses that were asked and are not settled, by job, with the counts that bounds and metrics need. */
export interface PendingAnalyses extends QueueLength {
  readonly running: number;
  /** Running mean of the time on a thread, ms. */
  readonly meanRunMs: number;
  get(id: string): PendingAnalysis | undefined;
  all(): PendingAnalysis[];
  /** Rejects with AnalysisTimeout at the limit of its job, then calls `onTimeout`. */
  add(
    asked: Pick<PendingAnalysis, 'caller' | 'job' | 'resolve' | 'reject'>,
    onTimeout: (pending: PendingAnalysis) => void,
  ): PendingAnalysis;
  /** Gives it the id of a new job, whose answer is expected on `channel`. */
  renew(pending: PendingAnalysis, channel: string): void;
  /** Suspends its limit: nobody can do it now. `release` begins it anew. */
  hold(pending: PendingAnalysis): void;
  release(pending: PendingAnalysis): void;
  /** Records that a thread began it, or, with undefined, that it waits again. */
  setBegun(pending: PendingAnalysis, begun: number | undefined): void;
  settle(pending: PendingAnalysis, end: Analysis | Error): void;
}

export function createPendingAnalyses(onTask: (report: TaskReport) => void): PendingAnalyses {
  const byId = new Map<string, PendingAnalysis>();
  const callers = new Map<string, number>();
  let live = 0;
  let requests = 0;
  let meanRunMs = 20;
  const count = ({ caller, begun }: PendingAnalysis, by: 1 | -1): void => {
    if (begun !== undefined) return;
    if (caller === undefined) {
      live += by;
      return;
    }
    requests += by;
    const waiting = (callers.get(caller) ?? 0) + by;
    if (waiting === 0) callers.delete(caller);
    else callers.set(caller, waiting);
  };
  const put = (pending: PendingAnalysis): void => {
    byId.set(pending.id, pending);
    count(pending, 1);
  };
  const remove = (pending: PendingAnalysis): void => {
    if (byId.delete(pending.id)) count(pending, -1);
  };
  const limited = (pending: PendingAnalysis, onTimeout: (pending: PendingAnalysis) => void) =>
    setTimeout(() => {
      settle(pending, new AnalysisTimeout(pending.job.limitMs));
      onTimeout(pending);
    }, pending.job.limitMs);
  const settle = (pending: PendingAnalysis, end: Analysis | Error): void => {
    remove(pending);
    clearTimeout(pending.limit);
    const now = performance.now();
    const runMs = pending.begun === undefined ? 0 : now - pending.begun;
    const waitMs = now - pending.since - runMs;
    const { lane } = pending.job;
    if (end instanceof Error) {
      pending.reject(end);
      onTask({ lane, result: end instanceof AnalysisTimeout ? 'timeout' : 'failed', waitMs, runMs });
    } else {
      meanRunMs += 0.05 * (runMs - meanRunMs);
      pending.resolve(end);
      onTask({ lane, result: 'done', waitMs, runMs });
    }
  };
  return {
    get live() {
      return live;
    },
    get requests() {
      return requests;
    },
    get running() {
      return byId.size - live - requests;
    },
    get meanRunMs() {
      return meanRunMs;
    },
    waits: (caller) => callers.has(caller),
    get: (id) => byId.get(id),
    all: () => [...byId.values()],
    add({ caller, job, resolve, reject }, onTimeout) {
      const pending: PendingAnalysis = {
        id: randomUUID(),
        channel: undefined,
        begun: undefined,
        caller,
        place: caller === undefined ? 0 : (callers.get(caller) ?? 0) + 1,
        job,
        since: performance.now(),
        limit: undefined,
        onTimeout,
        resolve,
        reject,
      };
      pending.limit = limited(pending, onTimeout);
      put(pending);
      return pending;
    },
    hold(pending) {
      clearTimeout(pending.limit);
      pending.limit = undefined;
    },
    release(pending) {
      pending.limit ??= limited(pending, pending.onTimeout);
    },
    renew(pending, channel) {
      remove(pending);
      pending.id = randomUUID();
      pending.channel = channel;
      put(pending);
    },
    setBegun(pending, begun) {
      count(pending, -1);
      pending.begun = begun;
      count(pending, 1);
    },
    settle,
  };
}
