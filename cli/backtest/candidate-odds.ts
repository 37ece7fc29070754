import type { Analysis } from '../../models/analysis.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import type { HorizonOf } from './horizon-of.ts';
import { firstMinuteAt, reaches, resolveTrade } from './resolve-trade.ts';

export interface CandidateOdds {
  n: number;
  /** Mean forecast and observed share of TP, SL and neither. */
  predicted: [number, number, number];
  observed: [number, number, number];
}

/**
 * Levels of every bar's candidate, issued or not, against what came. Only of those whose whole horizon lies in the data: near the end
 * of the data the ones that met a level early would count and the others would not.
 */
export function candidateOdds(
  candles: CandleColumns,
  minutes: CandleColumns,
  analyses: ReadonlyMap<number, Analysis>,
  { barMs, horizon }: { barMs: number; horizon: HorizonOf },
): CandidateOdds {
  const predicted: [number, number, number] = [0, 0, 0];
  const observed: [number, number, number] = [0, 0, 0];
  let n = 0;
  for (const [bar, { candidate, risk, entry, horizonBars }] of analyses) {
    if (!candidate || !risk) continue;
    const from = candles.time[bar]! + barMs;
    const side = candidate.direction === 'BUY' ? 1 : -1;
    const trade = { ...candidate, side, entry, from, until: horizon(from, horizonBars) } as const;
    if (!reaches(minutes, trade.until)) continue;
    const end = resolveTrade(minutes, trade, firstMinuteAt(minutes, from))?.end;
    if (end === undefined) continue;
    n++;
    predicted[0] += risk.probTpHit;
    predicted[1] += risk.probSlHit;
    predicted[2] += risk.probNeither;
    observed[end === 'tp' ? 0 : end === 'sl' ? 1 : 2]++;
  }
  const share = (sums: [number, number, number]): [number, number, number] => [
    sums[0] / n,
    sums[1] / n,
    sums[2] / n,
  ];
  return { n, predicted: share(predicted), observed: share(observed) };
}
