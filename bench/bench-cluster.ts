/**
 * What each part of an installation of many processes costs, in processor time a unit, on a PostgreSQL and a Redis of its own: what a core
 * of it can do, and so what saturates first. Processor time hardly depends on what else the machine does.
 *
 *     npm run bench:cluster
 */
import { loadavg } from 'node:os';
import { Decision } from '../schema/signal.ts';
import type { SignalEvent } from '../schema/signal-event.ts';
import { storeWriter } from '../sinks/writer/store-writer.ts';
import { quiet, temporaryStore } from '../test/support/services/database.ts';
import { redisProcess } from '../test/support/services/redis.ts';
import { aSignal, opened } from '../test/support/signals.ts';
import { createAnalysisPool } from '../workers/analysis-pool.ts';
import { benchArguments } from './bench-arguments.ts';
import { measureBus } from './cluster/measure-bus.ts';
import { measureSnapshot } from './cluster/measure-snapshot.ts';
import { simulatedCandles } from './simulated-candles.ts';

benchArguments(
  `Usage: npm run bench:cluster

What each part of an installation of many processes costs in processor time, and so what a core of it can do.`,
  {},
);

console.log(`Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}`);
await bus();
snapshots();
await analyses();
await writes();

async function bus(): Promise<void> {
  const redis = await redisProcess();
  await redis.start();
  try {
    for (const gateways of [1, 2, 4]) {
      const cost = await measureBus(redis.url, { gateways, ticks: 200_000, batch: 100 });
      console.log(
        `bus, ${gateways} gateways, µs a tick: ingest ${cost.ingest.toFixed(2)}, Redis ${cost.redis.toFixed(2)}, each gateway ${cost.gateway.toFixed(2)}; dropped ${cost.dropped}`,
      );
    }
  } finally {
    await redis.dispose();
  }
}

function snapshots(): void {
  for (const count of [100, 1000, 10_000]) {
    const { bytes, writeUs, readUs } = measureSnapshot(count);
    console.log(
      `snapshot of ${count} symbols, each: ${bytes.toFixed(0)} bytes, written in ${writeUs.toFixed(2)} µs, read in ${readUs.toFixed(2)} µs`,
    );
  }
}

async function analyses(): Promise<void> {
  const pool = createAnalysisPool({ threads: 1 });
  const columns = simulatedCandles(250);
  const some = (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, seed) => pool.analyse(columns, { seed }, { lane: 'live' })),
    );
  await some(50);
  const ms = await cpuMs(() => some(200));
  await pool.close();
  console.log(`analysis: ${(ms / 200).toFixed(2)} ms, ${Math.round(200_000 / ms)} a core and second`);
}

async function writes(): Promise<void> {
  const { store, dispose } = await temporaryStore();
  const writer = storeWriter({ store, log: quiet });
  const decided = Array.from({ length: 5000 }, (_, i): readonly SignalEvent[] => [
    { kind: 'decided', decision: Decision.parse(aSignal({ symbol: `D${i}` })), changed: false, timely: true },
  ]);
  const issued = Array.from({ length: 1000 }, (_, i) => [opened(aSignal({ symbol: `S${i}` }))]);
  for (const [what, causes] of [
    ['decision', decided],
    ['signal with a post', issued],
  ] as const) {
    const from = performance.now();
    const ms = await cpuMs(() => Promise.all(causes.map((events) => writer.record(events, ['community']))));
    const rate = Math.round((causes.length / (performance.now() - from)) * 1000);
    console.log(
      `writing a ${what}: ${((ms / causes.length) * 1000).toFixed(0)} µs here; ${rate} a second by the clock`,
    );
  }
  await writer.close();
  await dispose();
}

/** Processor time of this process with its threads. */
async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const from = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}
