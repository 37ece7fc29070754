/**
 * What a backtest costs: analyses a second on one thread and on two, and the way of 100,000 minutes through the candle windows, gates, desk and books.
 *
 *     npm run bench:lab
 */
import { foldFile } from '../cli/backtest/file/fold-file.ts';
import { playSignals } from '../cli/backtest/play-signals.ts';
import { walkForward } from '../cli/backtest/walk-forward.ts';
import type { SpacedCandles } from '../cli/candles/spaced-candles.ts';
import { type Timeframe, timeframeMs } from '../schema/timeframe.ts';
import { benchArguments } from './bench-arguments.ts';
import { simulatedCandles } from './simulated-candles.ts';

const help = `Usage: npm run bench:lab

Analyses a second of the built-in rule on one thread and on two, in turns, and what 100,000 minutes cost on their way through the backtest.`;
benchArguments(help, {});

const MINUTES = 100_000;
const ROUNDS = 3;
const symbol = 'BTCUSD';
const options = { seed: 1, costBps: 1 };

/** Milliseconds of work, by the wall and by this process's processors. */
async function timed<T>(work: () => Promise<T> | T): Promise<{ result: T; ms: number; cpuMs: number }> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { result, ms: performance.now() - start, cpuMs: (user + system) / 1000 };
}

const bars = simulatedCandles(900);
const decisions = bars.close.length - 249;
const rates: Record<1 | 2, number[]> = { 1: [], 2: [] };
await walkForward(bars, options, 2, 60_000);
for (let round = 0; round < ROUNDS; round++)
  for (const threads of [1, 2] as const) {
    const { ms } = await timed(() => walkForward(bars, options, threads, 60_000));
    rates[threads].push((1000 * decisions) / ms);
  }
const best = (of: readonly number[]): number => Math.max(...of);
const [one, two] = [best(rates[1]), best(rates[2])];
console.log(`built-in rule, ${decisions} decisions, best of ${ROUNDS}, Node ${process.version}`);
console.log(
  `one thread ${one.toFixed(0)} a second, two threads ${two.toFixed(0)}: ${(two / one).toFixed(2)} times as many`,
);

const minutes: SpacedCandles = { ...simulatedCandles(MINUTES), spacingMs: 60_000 };
const rows: Record<string, Record<string, number>> = {};
for (const timeframe of ['5min', '1h'] satisfies Timeframe[]) {
  const market = { minutes, symbol, timeframe };
  const folding = await timed(() => foldFile(market));
  const { candles } = folding.result;
  // The fits are no part of the way: one window's analysis stands for all, called every sixth close.
  const [sample] = (
    await walkForward(simulatedCandles(250), { ...options, scoreQuantile: 0 }, 1, timeframeMs[timeframe])
  ).values();
  const analyses = Array.from({ length: candles.close.length - 249 }, (_, i) => {
    const entry = candles.close[249 + i]!;
    const side = Math.floor(i / 6) % 2 === 0 ? 1 : -1;
    const called = i % 6 === 0;
    return {
      ...sample!,
      entry,
      direction: called ? (side > 0 ? ('BUY' as const) : ('SELL' as const)) : ('WAIT' as const),
      tp: called ? entry * (1 + side * 0.015) : null,
      sl: called ? entry * (1 - side * 0.01) : null,
    };
  });
  const playing = await timed(() =>
    playSignals({
      market,
      folded: folding.result,
      analyses,
      options,
      readings: { signals: { gates: null } },
    }),
  );
  rows[`${MINUTES} minutes at ${timeframe}`] = {
    closes: candles.close.length,
    signals: playing.result.signals.signals.length,
    'fold ms': Math.round(folding.ms),
    'play ms': Math.round(playing.ms),
    'processor ms': Math.round(folding.cpuMs + playing.cpuMs),
  };
}
console.table(rows);
