import { experiencedWalk } from '../backtest/experienced-walk.ts';
import { fileMarkets } from '../backtest/file/file-market.ts';
import { foldFile } from '../backtest/file/fold-file.ts';
import { playSignals } from '../backtest/play-signals.ts';
import { walkForward } from '../backtest/walk-forward.ts';
import type { Decision } from '../../schema/signal.ts';
import { timeframeMs } from '../../schema/timeframe.ts';
import type { Decided, WalkTask } from './walk.ts';

/** The product's own walk, by the functions of the backtest: folding, every analysis, signals with and without the gates. */
export default async function productWalk(task: WalkTask): Promise<readonly Decided[]> {
  const { minutes, symbol, timeframe, costBps, threads } = task;
  const market = { minutes, symbol, timeframe };
  const folded = foldFile(market);
  const options = { seed: 1, costBps, jumpStep: fileMarkets.jumpLimitsOf(symbol).step };
  const decided = await walkForward(folded.candles, options, threads, timeframeMs[timeframe]);
  const analyses = experiencedWalk(decided, folded, market);
  const decisions = { free: new Map<number, Decision>(), gated: new Map<number, Decision>() };
  await playSignals({
    market,
    folded,
    analyses: [...analyses.values()],
    options,
    readings: { free: { gates: null }, gated: { gates: {} } },
    onDecision: (reading, decision) => decisions[reading].set(decision.close_time, decision),
  });
  return [...analyses].map(([bar, analysis]) => {
    const at = folded.closeTimes[bar]!;
    const signal = decisions.free.get(at) ?? null;
    return { at, what: { analysis, signal, gated: decisions.gated.get(at) ?? null } };
  });
}
