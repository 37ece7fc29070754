import { WINDOW } from '../../models/decision/analyse.ts';
import { type FittedModel, REGIMES, type RegimeName } from '../../models/decision/analysis.ts';
import { type CandleColumns, lastCandles } from '../../models/candle-columns.ts';
import { features } from '../../models/hmm/features.ts';
import { filterStates } from '../../models/hmm/hmm.ts';

export interface RegimeRun {
  readonly state: RegimeName;
  bars: number;
}

/**
 * The regimes of the window's bars as runs, oldest first, by the fitted model's filtered probabilities: what each bar looked
 * like without the bars after it. The bars are one fewer than the candles, since a return needs two.
 */
export function recentRegimes(columns: CandleColumns, model: FittedModel): RegimeRun[] {
  const { observations } = features(lastCandles(columns, WINDOW));
  const K = REGIMES.length;
  const { probabilities } = filterStates(
    {
      states: K,
      dimensions: 2,
      startProbability: Float64Array.from(model.startProbability),
      transition: Float64Array.from(model.transition),
      means: Float64Array.from(model.means),
      variances: Float64Array.from(model.variances),
    },
    observations,
  );
  const runs: RegimeRun[] = [];
  for (let at = 0; at < probabilities.length; at += K) {
    const row = probabilities.subarray(at, at + K);
    const state = REGIMES[row.indexOf(Math.max(...row))]!;
    const last = runs.at(-1);
    if (last?.state === state) last.bars += 1;
    else runs.push({ state, bars: 1 });
  }
  return runs;
}
