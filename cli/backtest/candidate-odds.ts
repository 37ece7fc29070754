import type { Analysis } from '../../models/decision/analysis.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import type { SpacedCandles } from '../candles/spaced-candles.ts';
import type { HorizonOf } from './horizon-of.ts';
import type { JudgedOdds } from './judge-odds.ts';
import { firstMinuteAt, reaches, resolveTrade, type Trade } from './resolve-trade.ts';

/** With the trade that was followed, from the minute of that index on. */
export interface FollowedOdds extends JudgedOdds {
  trade: Trade;
  first: number;
}

/**
 * Levels of every bar's candidate, issued or not, against what came, in the order of the bars. Only of those whose whole horizon lies in
 * the data: near the end of the data the ones that met a level early would count and the others would not.
 */
export function candidateOdds(
  candles: CandleColumns,
  minutes: SpacedCandles,
  analyses: ReadonlyMap<number, Analysis>,
  { barMs, horizon }: { barMs: number; horizon: HorizonOf },
): FollowedOdds[] {
  const judged: FollowedOdds[] = [];
  for (const bar of [...analyses.keys()].sort((a, b) => a - b)) {
    const { candidate, risk, entry, horizonBars, horizonVolatility } = analyses.get(bar)!;
    if (!candidate || !risk) continue;
    const from = candles.time[bar]! + barMs;
    const side = candidate.direction === 'BUY' ? 1 : -1;
    const until = horizon(from, horizonBars);
    const { tp, sl } = candidate;
    const trade = { side, entry, tp, sl, from, until } as const;
    if (!reaches(minutes, until)) continue;
    const first = firstMinuteAt(minutes, from);
    const end = resolveTrade(minutes, trade, first)?.end;
    if (end === undefined) continue;
    judged.push({
      forecast: [risk.probTpHit, risk.probSlHit, risk.probNeither],
      came: end === 'tp' ? 0 : end === 'sl' ? 1 : 2,
      variance: horizonVolatility ** 2,
      realised: realisedVariance(candles, bar, until),
      trade,
      first,
    });
  }
  return judged;
}

/** Sum of the squared log returns of the bars that open before `until`. */
function realisedVariance({ time, close }: CandleColumns, bar: number, until: number): number {
  let sum = 0;
  for (let t = bar + 1; t < time.length && time[t]! < until; t++)
    sum += Math.log(close[t]! / close[t - 1]!) ** 2;
  return sum;
}
