/**
 * How many decisions, signals and candles a second the writer commits to a real database of its own.
 *
 *     npm run bench:writer
 */
import { loadavg } from 'node:os';
import type { Candle } from '../schema/candle.ts';
import { Decision } from '../schema/signal.ts';
import type { SignalEvent } from '../schema/signal-event.ts';
import { storeWriter, type StoreWriter } from '../sinks/writer/store-writer.ts';
import { quiet, temporaryStore } from '../test/support/services/database.ts';
import { aSignal, opened } from '../test/support/signals.ts';
import { until } from '../test/support/until.ts';
import { benchArguments } from './bench-arguments.ts';
import { followedAt } from './followed-at.ts';

benchArguments(
  `Usage: npm run bench:writer

How many decisions, signals and candles a second the writer commits to a database of its own.`,
  {},
);

const rounds = 3;
const causes = 10_000;
const candles = 40_000;
const { store, dispose } = await temporaryStore();
const writer = storeWriter({ store, log: quiet });
let round = 0;

for (; round < rounds; round++) {
  const decided = await rate(causes, (i) => writer.record([decisionOf(i)], []));
  const with_signal = await rate(causes / 5, (i) => writer.record(signalOf(i), ['community']));
  const written = await rateOfCandles(writer);
  const load = loadavg()[0]!.toFixed(1);
  console.log(
    `load ${load}: ${decided} decisions/s, ${with_signal} with a signal/s, ${written} candles/s; dropped ${writer.state().droppedCandles}, refused ${writer.state().refusedCauses}`,
  );
}
await writer.close();
await dispose();

/** All at once, a second, until the last is committed. */
async function rate(count: number, write: (i: number) => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await Promise.all(Array.from({ length: count }, (_, i) => write(i)));
  return Math.round((count / (performance.now() - from)) * 1000);
}

async function rateOfCandles({ candle, state }: Pick<StoreWriter, 'candle' | 'state'>): Promise<number> {
  const from = performance.now();
  for (let i = 0; i < candles; i++) candle(candleOf(i));
  await until(() => state().candles === 0, 120_000);
  return Math.round((candles / (performance.now() - from)) * 1000);
}

function decisionOf(i: number): SignalEvent {
  const decision = Decision.parse(aSignal({ symbol: `D${i}`, close_time: 1e12 + round }));
  return {
    kind: 'decided',
    decision,
    changed: false,
    timely: true,
    followed: followedAt(decision.close_time, 60_000),
  };
}

function signalOf(i: number): SignalEvent[] {
  const signal = aSignal({ symbol: `S${round}x${i}` });
  return [
    opened(signal),
    { kind: 'decided', decision: Decision.parse(signal), changed: false, timely: true },
  ];
}

function candleOf(i: number): Candle {
  const openTime = 1e12 + round * 60_000;
  return {
    symbol: `C${i}`,
    timeframe: '1min',
    openTime,
    closeTime: openTime + 60_000,
    open: 1.1,
    high: 1.2,
    low: 1.05,
    close: 1.15,
    volume: 12,
    volumeKind: 'ticks',
    ticks: 12,
    complete: true,
    source: 'ticks',
    lateTicks: 0,
    longestSilenceMs: 900,
    revision: 0,
  };
}
