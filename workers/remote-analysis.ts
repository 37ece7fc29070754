import type { Redis } from 'ioredis';
import type { Analysis } from '../models/decision/analysis.ts';
import type { AnalysisAnswer } from '../schema/analysis-job.ts';
import { AnalysersAway, redisAway } from './analysers-away.ts';
import {
  type AnalysisLane,
  type AnalysisPool,
  type AnalysisPoolOptions,
  AnalysisTimeout,
  Overloaded,
} from './analysis-pool.ts';
import { encodeTask } from './analysis-job.ts';
import { answerChannel } from './answer-channel.ts';
import { createAsking } from './asking.ts';
import { createJobQueue } from './job-queue.ts';
import { createLiveWorkers } from './live-workers.ts';
import { createOutageTimer } from './outage-timer.ts';
import { createPendingAnalyses, type PendingAnalyses } from './pending-analyses.ts';
import { hasRoom, secondsUntilRoom } from './queue-limits.ts';
import { readAnswer } from './read-answer.ts';

const nobodyThere = 'no process with the role analysis answers';

export interface RemoteAnalysisOptions extends Pick<
  AnalysisPoolOptions,
  'maxRequests' | 'maxLive' | 'onTask'
> {
  /**
   * With `enableOfflineQueue: false` and a `commandTimeout`, so that commands fail instead of waiting while Redis is away. The caller
   * closes it; a second one with the same options is opened here, for the answers.
   */
  readonly connection: Redis;
  /** Time limit from request to answer, waiting included, ms. @default 60000, beyond which a closed candle is too old to act upon */
  readonly limitMs?: number;
  /** How long Redis may be away before waiting analyses are rejected and new ones refused, ms. @default 5000 */
  readonly outageMs?: number;
  /** After so long without a sign of life from any worker it counts as absent, ms. @default not watched: requests wait for one */
  readonly silenceMs?: number;
}

/**
 * Analyses on other machines, through a BullMQ queue: the interface of the pool, answered by every `analysisWorker` on the same
 * Redis. What differs from the pool in this process:
 *
 * - Live closes of all processes go before any request of a client; among requests, those of clients with fewer waiting go first.
 * - `waiting` and `running` count the analyses of this process, `threads` the threads of workers that answered in the last minute (0
 *   before the first), and the bounds are those of this process. `retryAfter` is estimated from these.
 * - AnalysisTimeout also means that no worker answered within `limitMs`.
 * - `close` removes the jobs that wait; those that run elsewhere end there, and nobody receives their answer.
 *
 * While Redis is away for less than `outageMs`, at start too, analyses wait; when it is back they are added to the queue, also those
 * that a worker had begun. After `outageMs`, or where no worker shows a sign of life, requests of clients are rejected with AnalysersAway,
 * and live closes are held without a limit and added when a worker is there: the caller decides whether they are still of use.
 *
 * Answers come by a channel of our own (`answer-channel.ts`), not as the jobs' results: BullMQ sends those to every listener
 * of the queue and keeps them in its stream, whether anybody waits or not.
 */
export function createRemoteAnalysis(options: RemoteAnalysisOptions): AnalysisPool {
  const {
    connection,
    maxRequests = 64,
    maxLive = 10_000,
    limitMs = 60_000,
    outageMs = 5000,
    silenceMs,
  } = options;
  const { onTask = () => {} } = options;
  const jobs = createJobQueue(connection, limitMs);
  const pending = createPendingAnalyses(onTask);
  const workers = createLiveWorkers();
  const asking = createAsking({ jobs, pending, channel: () => (isConnected() ? answers.name : undefined) });
  const outage = createOutageTimer(outageMs, () => asking.giveUp(redisAway('no connection')));

  /** The status alone is `ready` for a moment after the socket has closed. */
  const isConnected = (): boolean =>
    connection.status === 'ready' && connection.stream.writable && answers.name !== undefined;
  const onConnected = (): void => {
    if (!isConnected()) return;
    outage.end();
    asking.resume();
    dropExpired();
  };
  const dropExpired = (): void => {
    if (isConnected()) void jobs.dropExpired();
  };

  const onAnswer = (text: string): void => {
    const { id, answer } = readAnswer(text);
    if (!(answer instanceof Error) && answer.kind === 'begun' && pending.get(id) !== undefined)
      workers.answered(answer.worker, answer.threads);
    takeAnswer(pending, id, answer);
  };

  const answers = answerChannel({
    connection,
    onOpen: onConnected,
    onLost: outage.begin,
    onAnswer,
    silenceMs,
    onSilent: () => asking.giveUp(new AnalysersAway(nobodyThere)),
    onHeard: asking.resume,
  });
  connection.on('ready', onConnected);
  connection.on('close', outage.begin);
  outage.begin();
  const drops = setInterval(dropExpired, limitMs);
  drops.unref();

  const refuse = (lane: AnalysisLane, error: Error): Promise<never> => {
    onTask({ lane: lane.lane, result: 'refused', waitMs: 0, runMs: 0 });
    return Promise.reject(error);
  };

  return {
    get threads() {
      return workers.threads;
    },
    get waiting() {
      return { live: pending.live, requests: pending.requests };
    },
    get running() {
      return pending.running;
    },
    get away() {
      return asking.away?.message;
    },
    analyse(columns, analyseOptions, lane = { lane: 'request' }, strategy) {
      if (asking.isClosed) return Promise.reject(new Error('the analysis pool is closed'));
      if (asking.away !== undefined && lane.lane === 'request') return refuse(lane, asking.away);
      const caller = lane.lane === 'live' ? undefined : (lane.caller ?? '');
      if (!hasRoom(pending, caller, { maxRequests, maxLive })) {
        const retryAfter = secondsUntilRoom(pending, pending.meanRunMs, Math.max(1, workers.threads));
        return refuse(lane, new Overloaded(pending.live + pending.requests, retryAfter));
      }
      return new Promise<Analysis>((resolve, reject) => {
        const job = { lane: lane.lane, limitMs, ...encodeTask(columns, analyseOptions, strategy) };
        asking.ask(pending.add({ caller, job, resolve, reject }, ({ id }) => void jobs.remove(id)));
      });
    },
    async close() {
      asking.close();
      outage.end();
      clearInterval(drops);
      connection.off('ready', onConnected);
      connection.off('close', outage.begin);
      const all = pending.all();
      for (const one of all) pending.settle(one, new Error('the analysis pool is closed'));
      await Promise.all(all.map(({ id }) => jobs.remove(id)));
      answers.close();
      await jobs.close();
    },
  };
}

/**
 * An answer to an analysis that is not pending any more changes nothing. Nor does one to a job that was given up but for its result: a worker
 * that takes over what a killed one had in hand finds it too old, and the close, which is held, is asked again.
 */
function takeAnswer(pending: PendingAnalyses, id: string, answer: AnalysisAnswer | Error): void {
  const one = pending.get(id);
  if (one === undefined) return;
  const isGivenUp = one.channel === undefined;
  if (isGivenUp && (answer instanceof Error || answer.kind !== 'done')) return;
  if (answer instanceof Error) pending.settle(one, answer);
  else if (answer.kind === 'begun') pending.setBegun(one, performance.now());
  else if (answer.kind === 'done') pending.settle(one, answer.analysis);
  else if (answer.kind === 'timeout') pending.settle(one, new AnalysisTimeout(answer.timeoutMs));
  else pending.settle(one, Object.assign(new Error(answer.message), { name: answer.name }));
}
