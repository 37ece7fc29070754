import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Analysis } from '../models/decision/analysis.ts';
import { analysisQueue } from '../schema/analysis-job.ts';
import {
  type AnalysisLane,
  type AnalysisPool,
  type AnalysisPoolOptions,
  AnalysisTimeout,
  Overloaded,
  type TaskReport,
} from './analysis-pool.ts';
import { encodeTask } from './analysis-job.ts';
import { answerChannel } from './answer-channel.ts';
import { readAnswer } from './read-answer.ts';
import { type Asked, createAskedAnalyses } from './asked-analyses.ts';
import { createHeardWorkers } from './heard-workers.ts';
import { hasRoom, secondsUntilRoom } from './line-bounds.ts';

/** Redis is away, and with it the machines that analyse. */
export class AnalysersAway extends Error {
  override name = 'AnalysersAway';
  constructor(reason: string, options?: ErrorOptions) {
    super(`Redis does not take analyses: ${reason}`, options);
  }
}

export interface RemoteAnalysisOptions extends Pick<
  AnalysisPoolOptions,
  'maxRequests' | 'maxLive' | 'onTask'
> {
  /**
   * With `enableOfflineQueue: false` and a `commandTimeout`: it must fail rather than wait while Redis is away. It stays the
   * caller's; one more is opened like it, for the answers.
   */
  readonly connection: Redis;
  /** Limit from asking to the answer, waiting included, ms. @default 60000, after which a close is not acted upon */
  readonly limitMs?: number;
  /** How long Redis may be away before those in line are given up and new ones refused, ms. @default 5000 */
  readonly outageMs?: number;
}

/**
 * Analyses on other machines, through a BullMQ queue: the pool's interface, answered by every `analysisWorker` on the same
 * Redis. What differs from the pool in this process:
 *
 * - Live closes of all askers go before any request, without a turn for requests in between; a caller's requests give way to
 *   those of callers with fewer waiting.
 * - `waiting` and `running` count what was asked here, `threads` those of the workers heard of in the last minute (0 before
 *   the first), and the bounds are this asker's own. `retryAfter` is a guess from these.
 * - AnalysisTimeout also means that no worker answered within `limitMs`.
 * - `close` takes back what waits; what runs elsewhere ends there, unheard.
 *
 * While Redis is away for less than `outageMs`, at start too, analyses wait and are asked when it is back, those in hand
 * anew; after that they reject with AnalysersAway, new ones at once, until it is back.
 *
 * Answers come by a channel of our own (`answer-channel.ts`), not as the jobs' results: BullMQ tells those to every listener
 * of the queue and keeps them in its stream, and cannot say whether anybody waits.
 */
export function createRemoteAnalysis(options: RemoteAnalysisOptions): AnalysisPool {
  const { connection, maxRequests = 64, maxLive = 10_000, limitMs = 60_000, outageMs = 5000 } = options;
  const { onTask = () => {} } = options;
  const queue = new Queue(analysisQueue, {
    connection,
    // It would wait for Redis before each command, and never try again if its first look at the version fails.
    skipWaitingForReady: true,
    skipVersionCheck: true,
    streams: { events: { maxLen: 100 } },
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  queue.on('error', () => {
    // The connection's owner hears of it, and so does who asks.
  });
  const asked = createAskedAnalyses();
  const workers = createHeardWorkers();
  let meanRunMs = 20;
  let outage: NodeJS.Timeout | undefined;
  let away: AnalysersAway | undefined;
  let closed = false;

  /** A connection counts as ready for a moment longer than it takes commands. */
  const isConnected = (): boolean =>
    connection.status === 'ready' && connection.stream.writable && answers.name !== undefined;

  const remove = (id: string): Promise<unknown> =>
    connection.status === 'ready' ? queue.remove(id).catch(() => {}) : Promise.resolve();

  const ask = async (one: Asked): Promise<void> => {
    const channel = answers.name!;
    const id = randomUUID();
    asked.delete(one);
    one.id = id;
    one.channel = channel;
    asked.put(one);
    // BullMQ takes jobs without a priority first, then those of low numbers.
    const priority = one.caller === undefined ? {} : { priority: one.place };
    try {
      await queue.add(one.job.lane, { channel, ...one.job }, { jobId: id, ...priority });
      if (asked.get(id) === undefined) await remove(id);
    } catch (error) {
      if (asked.get(id) === undefined) return;
      if (isConnected()) settle(one, new AnalysersAway((error as Error).message, { cause: error }));
      else one.channel = undefined;
    }
  };

  const settle = (one: Asked, end: Analysis | Error): void => {
    asked.delete(one);
    clearTimeout(one.limit);
    const now = performance.now();
    const runMs = one.begun === undefined ? 0 : now - one.begun;
    const waitMs = now - one.since - runMs;
    const { lane } = one.job;
    if (end instanceof Error) {
      one.reject(end);
      onTask({ lane, result: end instanceof AnalysisTimeout ? 'timeout' : 'failed', waitMs, runMs });
    } else {
      meanRunMs += 0.05 * (runMs - meanRunMs);
      one.resolve(end);
      onTask({ lane, result: 'done', waitMs, runMs });
    }
  };

  const lost = (): void => {
    outage ??= setTimeout(() => {
      away = new AnalysersAway('no connection');
      for (const one of asked.all()) settle(one, away);
    }, outageMs);
  };

  const resume = (): void => {
    if (closed || !isConnected()) return;
    clearTimeout(outage);
    outage = undefined;
    away = undefined;
    for (const one of asked.all()) {
      if (one.channel === answers.name) continue;
      asked.setBegun(one, undefined);
      void ask(one);
    }
    void sweep();
  };

  /** What askers before us left waiting, and no worker came to drop. */
  const sweep = async (): Promise<void> => {
    if (!isConnected()) return;
    await queue.clean(limitMs, 0, 'wait').catch(() => {});
    await queue.clean(limitMs, 0, 'prioritized').catch(() => {});
  };

  const hear = (text: string): void => {
    const { id, answer } = readAnswer(text);
    const one = asked.get(id);
    if (one === undefined) return;
    if (answer instanceof Error) settle(one, answer);
    else if (answer.kind === 'begun') {
      workers.hear(answer.worker, answer.threads);
      asked.setBegun(one, performance.now());
    } else if (answer.kind === 'done') settle(one, answer.analysis);
    else if (answer.kind === 'timeout') settle(one, new AnalysisTimeout(answer.timeoutMs));
    else settle(one, Object.assign(new Error(answer.message), { name: answer.name }));
  };

  const answers = answerChannel({ connection, onOpen: resume, onLost: lost, onAnswer: hear });
  connection.on('ready', resume);
  connection.on('close', lost);
  lost();
  const sweeps = setInterval(() => void sweep(), limitMs);
  sweeps.unref();

  const refuse = (lane: AnalysisLane, error: Error): Promise<never> => {
    onTask({ lane: lane.lane, result: 'refused', waitMs: 0, runMs: 0 } satisfies TaskReport);
    return Promise.reject(error);
  };

  return {
    get threads() {
      return workers.threads;
    },
    get waiting() {
      return { live: asked.live, requests: asked.requests };
    },
    get running() {
      return asked.running;
    },
    analyse(columns, analyseOptions, lane = { lane: 'request' }) {
      if (closed) return Promise.reject(new Error('the analysis pool is closed'));
      if (away !== undefined) return refuse(lane, away);
      const caller = lane.lane === 'live' ? undefined : (lane.caller ?? '');
      if (!hasRoom(asked, caller, { maxRequests, maxLive })) {
        const retryAfter = secondsUntilRoom(asked, meanRunMs, Math.max(1, workers.threads));
        return refuse(lane, new Overloaded(asked.live + asked.requests, retryAfter));
      }
      return new Promise<Analysis>((resolve, reject) => {
        const job = { lane: lane.lane, limitMs, ...encodeTask(columns, analyseOptions) };
        const one: Asked = {
          id: randomUUID(),
          channel: undefined,
          begun: undefined,
          caller,
          place: caller === undefined ? 0 : asked.waitingOf(caller) + 1,
          job,
          since: performance.now(),
          limit: setTimeout(() => {
            settle(one, new AnalysisTimeout(limitMs));
            void remove(one.id);
          }, limitMs),
          resolve,
          reject,
        };
        asked.put(one);
        if (isConnected()) void ask(one);
      });
    },
    async close() {
      closed = true;
      clearTimeout(outage);
      clearInterval(sweeps);
      connection.off('ready', resume);
      connection.off('close', lost);
      const all = asked.all();
      for (const one of all) settle(one, new Error('the analysis pool is closed'));
      await Promise.all(all.map(({ id }) => remove(id)));
      answers.close();
      await queue.close();
    },
  };
}
