/** The answering side of bench-remote-analysis.ts, in a process of its own. */
import { Redis } from 'ioredis';
import { analysisWorker } from '../workers/analysis-worker.ts';

analysisWorker({
  connection: new Redis(process.argv[2]!, { maxRetriesPerRequest: null }),
  threads: 1,
  wallNow: Date.now,
});
