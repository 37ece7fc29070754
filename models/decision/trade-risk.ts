import type { PassageOdds } from '../odds/first-passage.ts';
import type { TradeLevels } from './trade-levels.ts';

export interface TradeRisk {
  riskRewardRatio: number;
  /** Percent of entry, before cost. */
  potentialProfitPct: number;
  potentialLossPct: number;
  probTpHit: number;
  probSlHit: number;
  probNeither: number;
  /** P(TP) at which the expectation after cost is zero while P(neither) and its result stay as they are. */
  breakevenProbability: number;
  /** Expectation after cost, in quote currency per unit bought or sold. */
  expectedValue: number;
  expectedValuePct: number;
  /** Expectation after cost over the risk before cost. */
  expectedR: number;
}

/**
 * Money side of a pair of levels. Cost is paid on every way out.
 *
 * odds: up is TP, down is SL. neitherReturn: mean signed return, as a share of entry, of the trades still open at the horizon.
 * cost: of the round trip, as a share of entry.
 */
export function tradeRisk(
  entry: number,
  { reward, risk }: Pick<TradeLevels, 'reward' | 'risk'>,
  odds: PassageOdds,
  neitherReturn: number,
  cost: number,
): TradeRisk {
  const win = reward - cost;
  const loss = risk + cost;
  const open = odds.neither * (neitherReturn - cost);
  const expected = odds.up * win - odds.down * loss + open;
  const breakeven = ((1 - odds.neither) * loss - open) / (win + loss);
  return {
    // To nine places: 1.5 risks of reward must read as 1.5, not as the double below it.
    riskRewardRatio: Math.round((reward / risk) * 1e9) / 1e9,
    potentialProfitPct: 100 * reward,
    potentialLossPct: 100 * risk,
    probTpHit: odds.up,
    probSlHit: odds.down,
    probNeither: odds.neither,
    breakevenProbability: Math.min(1, Math.max(0, breakeven)),
    expectedValue: expected * entry,
    expectedValuePct: 100 * expected,
    expectedR: expected / risk,
  };
}
