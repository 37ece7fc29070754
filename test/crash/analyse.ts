/** Answers analyses until it is killed. */
import { Redis } from 'ioredis';
import { analysisWorker } from '../../workers/analysis-worker.ts';

const { redisUrl, threads, lockDurationMs } = JSON.parse(process.argv[2]!) as {
  redisUrl: string;
  threads: number;
  lockDurationMs: number;
};
analysisWorker({
  connection: new Redis(redisUrl, { maxRetriesPerRequest: null }),
  wallNow: Date.now,
  threads,
  lockDurationMs,
  worker: new URL('../workers/slow-worker.ts', import.meta.url),
});
console.log(JSON.stringify({ started: true }));
