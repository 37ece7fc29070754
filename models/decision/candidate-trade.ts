import type { Candidate } from './analysis.ts';
import type { TradeLevels } from './trade-levels.ts';
import { type TradeOdds, tradeOdds } from './trade-odds.ts';
import { type TradeRisk, tradeRisk } from './trade-risk.ts';

/** The trade that the score points to, called or not: its levels, their odds and what they are worth. */
export interface CandidateTrade {
  candidate: Candidate;
  odds: TradeOdds;
  risk: TradeRisk;
}

/** side: 1 for BUY, -1 for SELL. model: of tradeOdds. cost: of the round trip, as a share of entry. */
export function candidateTrade(
  side: 1 | -1,
  entry: number,
  levels: TradeLevels,
  model: Parameters<typeof tradeOdds>[3],
  cost: number,
): CandidateTrade {
  const odds = tradeOdds(side, entry, levels, model);
  return {
    candidate: { direction: side === 1 ? 'BUY' : 'SELL', tp: levels.tp, sl: levels.sl },
    odds,
    risk: tradeRisk(entry, levels, odds, odds.neitherReturn, cost),
  };
}
