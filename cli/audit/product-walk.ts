import { timeframeMs } from '../../schema/timeframe.ts';
import { aggregateCandles } from '../aggregate-candles.ts';
import { horizonOf } from '../backtest/horizon-of.ts';
import { type ReplayDecision, replaySignals } from '../backtest/replay-signals.ts';
import { riskGateOf } from '../backtest/risk-gate-of.ts';
import { walkForward } from '../backtest/walk-forward.ts';
import type { Decided, WalkTask } from './walk.ts';

/** The product's own walk, by the functions of the backtest: folding, every analysis, signals with and without the risk gate. */
export default async function productWalk(task: WalkTask): Promise<readonly Decided[]> {
  const { minutes, symbol, timeframe, costBps, threads } = task;
  const barMs = timeframeMs[timeframe];
  const options = { seed: 1, costBps };
  const candles = aggregateCandles(minutes, barMs);
  const analyses = await walkForward(candles, options, threads, barMs);
  const replay = { barMs, horizon: horizonOf(symbol, timeframe), costBps };
  const free = byClose(replaySignals(candles, minutes, analyses, replay).decisions);
  const gate = riskGateOf(candles, symbol, timeframe, options);
  const gated = byClose(replaySignals(candles, minutes, analyses, { ...replay, gate }).decisions);
  return [...analyses].map(([bar, analysis]) => {
    const at = candles.time[bar]! + barMs;
    return { at, what: { analysis, signal: free.get(at) ?? null, gated: gated.get(at) ?? null } };
  });
}

const byClose = (decisions: readonly ReplayDecision[]): Map<number, ReplayDecision> =>
  new Map(decisions.map((decision) => [decision.closeTime, decision]));
