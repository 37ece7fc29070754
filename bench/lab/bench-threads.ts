import { performance } from 'node:perf_hooks';
import { walkForward } from '../../cli/backtest/walk-forward.ts';
import { simulatedCandles } from '../simulated-candles.ts';
import { plainThreads } from './plain-threads.ts';
import { timed } from './timed.ts';

const ROUNDS = 3;

/** Analyses a second of the built-in rule on one thread and on two, and what plain work does on two, in turns. */
export async function benchThreads(): Promise<void> {
  const options = { seed: 1, costBps: 1 };
  // So many that the start of the threads is a small part of it.
  const bars = simulatedCandles(1_500);
  const decisions = bars.close.length - 249;
  const rates: Record<1 | 2, number[]> = { 1: [], 2: [] };
  const busy: number[] = [];
  const plain: number[] = [];
  await walkForward(bars, options, 2, 60_000);
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(await plainThreads());
    for (const threads of [1, 2] as const) {
      const before = performance.eventLoopUtilization();
      const { ms } = await timed(() => walkForward(bars, options, threads, 60_000));
      rates[threads].push((1000 * decisions) / ms);
      busy.push(performance.eventLoopUtilization(before).active / decisions);
    }
  }
  const [one, two] = [Math.max(...rates[1]), Math.max(...rates[2])];
  console.log(`built-in rule, ${decisions} decisions, best of ${ROUNDS}`);
  console.log(
    `one thread ${one.toFixed(0)} a second, two threads ${two.toFixed(0)}: ${(two / one).toFixed(2)} times as many, plain work ${Math.min(...plain).toFixed(2)} to ${Math.max(...plain).toFixed(2)}; the thread that shares out is busy for ${Math.min(...busy).toFixed(3)} ms a decision`,
  );
}
