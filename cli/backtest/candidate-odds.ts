import type { Analysis } from '../../models/decision/analysis.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import type { SpacedCandles } from '../candles/spaced-candles.ts';
import { dataEnd, type FollowedLevels, followTrades } from './follow-trades.ts';
import type { HorizonOf } from './horizon-of.ts';
import type { JudgedOdds } from './judge-odds.ts';

/** With the levels that were followed. */
export interface FollowedOdds extends JudgedOdds {
  trade: FollowedLevels;
}

/** With what the model alone said of them, before what came of earlier candidates moved it. */
export interface CandidateOdds extends FollowedOdds {
  byModel: JudgedOdds['forecast'];
}

/**
 * Levels of every bar's candidate, issued or not, against what came, in the order of the bars. Only of those whose whole horizon lies in
 * the data: near the end of the data the ones that met a level early would count and the others would not.
 *
 * closeOf: close of a bar, Unix ms.
 */
export function candidateOdds(
  candles: CandleColumns,
  minutes: SpacedCandles,
  analyses: ReadonlyMap<number, Analysis>,
  { closeOf, horizon }: { closeOf: (bar: number) => number; horizon: HorizonOf },
): CandidateOdds[] {
  const end = dataEnd(minutes);
  const judged: CandidateOdds[] = [];
  for (const bar of [...analyses.keys()].sort((a, b) => a - b)) {
    const { candidate, risk, modelTrade, entry, horizonBars, horizonVolatility } = analyses.get(bar)!;
    if (!candidate || !risk || !modelTrade) continue;
    const from = closeOf(bar);
    const expiresAt = horizon(from, horizonBars);
    if (expiresAt > end) continue;
    const { tp, sl } = candidate;
    judged.push({
      forecast: [risk.probTpHit, risk.probSlHit, risk.probNeither],
      byModel: [modelTrade.probTpHit, modelTrade.probSlHit, modelTrade.probNeither],
      came: 2,
      variance: horizonVolatility ** 2,
      realised: realisedVariance(candles, bar, expiresAt),
      trade: { direction: candidate.direction === 'BUY' ? 1 : -1, entry, tp, sl, from, expiresAt },
    });
  }
  const levels = judged.map(({ trade }) => trade);
  for (const [i, outcome] of followTrades(minutes, levels).entries()) judged[i]!.came = cameOf(outcome);
  return judged;
}

/** The same with the odds of the model alone. */
export const byModelAlone = (followed: readonly CandidateOdds[]): FollowedOdds[] =>
  followed.map((one) => ({ ...one, forecast: one.byModel }));

/** 0 TP, 1 SL, 2 neither. */
export const cameOf = (outcome: { status: string } | undefined): JudgedOdds['came'] =>
  outcome?.status === 'tp' ? 0 : outcome?.status === 'sl' ? 1 : 2;

/** Sum of the squared log returns of the bars that open before `until`. */
function realisedVariance({ time, close }: CandleColumns, bar: number, until: number): number {
  let sum = 0;
  for (let t = bar + 1; t < time.length && time[t]! < until; t++)
    sum += Math.log(close[t]! / close[t - 1]!) ** 2;
  return sum;
}
