import { randomUUID } from 'node:crypto';
import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { AnalyseOptions } from '../models/decision/analyse.ts';
import { AnalysisAnswer, AnalysisJob, analysisQueue, AnsweredJob } from '../schema/analysis-job.ts';
import { columnsOfJob, strategyOfJob } from './analysis-job.ts';
import { beatAnalyser } from './analyser-beat.ts';
import { type AnalysisPoolOptions, AnalysisTimeout, createAnalysisPool } from './analysis-pool.ts';
import type { Strategies } from './strategies/open-strategies.ts';
import { withStrategies } from './strategies/with-strategies.ts';

export interface AnalysisWorkerOptions extends Pick<
  AnalysisPoolOptions,
  'threads' | 'timeoutMs' | 'onTask' | 'worker'
> {
  /** With `maxRetriesPerRequest: null`. It stays the caller's; one more is opened like it, to wait for jobs. */
  readonly connection: Redis;
  /** Unix ms; compared with the time at which the asker queued a job. */
  readonly wallNow: () => number;
  /** How long a worker that went silent keeps its jobs, ms; they are taken over within twice that. @default 3000 */
  readonly lockDurationMs?: number;
  /** Runs the strategies of jobs that name one. @default those jobs fail */
  readonly strategies?: Pick<Strategies, 'analyse'>;
  /** A failure of the queue itself, not of an analysis. */
  readonly onError?: (error: Error) => void;
}

export interface AnalysisWorker {
  readonly threads: number;
  readonly running: number;
  /** Finishes the running analyses; those that take longer than `patienceMs` are left to other workers. */
  close(patienceMs?: number): Promise<void>;
}

/**
 * Answers the jobs of `createRemoteAnalysis` on the same Redis, in this machine's threads, with one job ready behind them. An
 * analysis that nobody waits for any more is dropped before it costs anything. Those of a worker that was killed are taken over
 * by another, once: what kills a second worker too is failed.
 */
export function analysisWorker(options: AnalysisWorkerOptions): AnalysisWorker {
  const { connection, wallNow, lockDurationMs = 3000, onError = () => {} } = options;
  const ownPool = createAnalysisPool(options);
  const { strategies } = options;
  const pool = strategies === undefined ? ownPool : withStrategies(ownPool, strategies, options);
  const name = randomUUID();

  /** Resolves with the number of receivers. */
  const publish = (channel: string, answer: AnalysisAnswer): Promise<number> =>
    connection.publish(channel, JSON.stringify(z.encode(AnalysisAnswer, answer)));

  const answer = async (job: Job<unknown>): Promise<void> => {
    const id = job.id!;
    const data = z.safeDecode(AnalysisJob, job.data as z.input<typeof AnalysisJob>);
    if (!data.success) throw new Error(`the job is not one of this version: ${z.prettifyError(data.error)}`);
    const { channel, lane, limitMs, options: analyseOptions } = data.data;
    const age = wallNow() - job.timestamp;
    if (age > limitMs) throw new Error(`asked ${age} ms ago by this machine's clock, limit ${limitMs} ms`);
    const receivers = await publish(channel, { kind: 'begun', id, worker: name, threads: pool.threads });
    if (receivers === 0) return;
    const columns = columnsOfJob(data.data);
    const strategy = strategyOfJob(data.data);
    const analysis = await pool.analyse(columns, analyseOptions as AnalyseOptions, { lane }, strategy);
    await publish(channel, { kind: 'done', id, analysis });
  };

  const worker = new Worker<unknown>(analysisQueue, answer, {
    connection,
    // One more than there are threads, so that none is idle while the next job is fetched: a fifth more in a storm.
    concurrency: pool.threads + 1,
    lockDuration: lockDurationMs,
    stalledInterval: lockDurationMs / 2,
    runRetryDelay: 500,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  });
  worker.on('failed', (job, error) => {
    const to = AnsweredJob.safeParse(job?.data);
    if (job?.id === undefined || !to.success) {
      onError(error);
      return;
    }
    const { id } = job;
    publish(
      to.data.channel,
      error instanceof AnalysisTimeout
        ? { kind: 'timeout', id, timeoutMs: error.timeoutMs }
        : { kind: 'failed', id, name: error.name, message: error.message },
    ).catch(onError);
  });
  worker.on('error', onError);
  const beats = beatAnalyser(connection);

  return {
    threads: pool.threads,
    get running() {
      return pool.running;
    },
    async close(patienceMs = 5000) {
      const late = new Promise<void>((done) => setTimeout(done, patienceMs).unref());
      // A graceful close never returns while Redis is away.
      const isAway = connection.status !== 'ready';
      await Promise.race([worker.close(isAway).catch(() => {}), late]);
      beats.close();
      await pool.close();
    },
  };
}
