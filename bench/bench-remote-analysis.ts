/**
 * What it costs to have an analysis done by another process, through Redis, against the pool in this one, in turns in one
 * run: one worker thread each, one analysis at a time, then many at once.
 *
 *     npm run bench:remote
 */
import { fork } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { Redis } from 'ioredis';
import { quantile } from '../models/statistics.ts';
import { redisProcess } from '../test/support/services/redis.ts';
import { type AnalysisPool, createAnalysisPool } from '../workers/analysis-pool.ts';
import { createRemoteAnalysis } from '../workers/remote-analysis.ts';
import { benchArguments } from './bench-arguments.ts';
import { simulatedCandles } from './simulated-candles.ts';

benchArguments(
  `Usage: npm run bench:remote

What it costs to have an analysis done by another process, through Redis, against the pool in this one.`,
  {},
);

const ROUNDS = 6;
const SINGLE = 50;
const BURST = 200;

const columns = simulatedCandles(250);
const redis = await redisProcess();
await redis.start();
const connection = new Redis(redis.url, {
  maxRetriesPerRequest: null,
  enableOfflineQueue: false,
  commandTimeout: 2000,
});
const worker = fork(new URL('./analysis-worker.ts', import.meta.url), [redis.url]);
const pools = { local: createAnalysisPool({ threads: 1 }), remote: createRemoteAnalysis({ connection }) };
const measured = { local: emptyFigures(), remote: emptyFigures() };

for (const pool of Object.values(pools)) await single(pool);
for (let round = 0; round < ROUNDS; round++)
  for (const name of ['local', 'remote'] as const) {
    measured[name].single.push(...(await single(pools[name])));
    const { ms, cpuMs } = await burst(pools[name]);
    measured[name].burst.push(ms);
    measured[name].cpu.push(cpuMs);
  }

const [local, remote] = [figuresOf('local'), figuresOf('remote')];
console.log(`one thread each, 250 candles, Node ${process.version}`);
console.table({ local, remote });
for (const [key, ms] of Object.entries(remote)) {
  const base = local[key] ?? Number.NaN;
  console.log(`${key}: ${(ms - base).toFixed(2)} ms more, ${(ms / base).toFixed(2)} times`);
}

await Promise.all(Object.values(pools).map((pool) => pool.close()));
connection.disconnect();
worker.kill();
await redis.dispose();

function emptyFigures(): Record<'single' | 'burst' | 'cpu', number[]> {
  return { single: [], burst: [], cpu: [] };
}

/** One after the other, ms each. */
async function single(pool: AnalysisPool): Promise<number[]> {
  const durations: number[] = [];
  for (let i = 0; i < SINGLE; i++) {
    const from = performance.now();
    await pool.analyse(columns, {}, { lane: 'live' });
    durations.push(performance.now() - from);
  }
  return durations;
}

/** All at once, ms an analysis, and of it the event loop's time. */
async function burst(pool: AnalysisPool): Promise<{ ms: number; cpuMs: number }> {
  const from = performance.now();
  const idle = performance.eventLoopUtilization();
  await Promise.all(Array.from({ length: BURST }, () => pool.analyse(columns, {}, { lane: 'live' })));
  const { active } = performance.eventLoopUtilization(idle);
  return { ms: (performance.now() - from) / BURST, cpuMs: active / BURST };
}

function figuresOf(name: 'local' | 'remote'): Record<string, number> {
  const { single, burst, cpu } = measured[name];
  const round = (value: number) => Number(value.toFixed(3));
  return {
    'one at a time, p50 ms': round(quantile(single, 0.5)),
    'one at a time, p95 ms': round(quantile(single, 0.95)),
    [`${BURST} at once, ms each`]: round(quantile(burst, 0.5)),
    "asker's event loop, ms each": round(quantile(cpu, 0.5)),
  };
}
