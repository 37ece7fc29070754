import type { Candidate, ModelTrade } from './analysis.ts';
import type { TradeLevels } from './trade-levels.ts';
import { tradeOdds } from './trade-odds.ts';

/** The trade that the score points to, called or not: its levels, and what the model alone says of them. */
export interface CandidateTrade {
  candidate: Candidate;
  model: ModelTrade;
  /** See TradeOdds. */
  disagreement: number | null;
}

/** side: 1 for BUY, -1 for SELL. market: of tradeOdds. cost: of the round trip, as a share of entry. */
export function candidateTrade(
  side: 1 | -1,
  entry: number,
  levels: TradeLevels,
  market: Parameters<typeof tradeOdds>[3],
  cost: number,
): CandidateTrade {
  const { tp, sl, reward, risk } = levels;
  const { up, down, neither, neitherReturn, disagreement } = tradeOdds(side, entry, levels, market);
  return {
    candidate: { direction: side === 1 ? 'BUY' : 'SELL', tp, sl },
    model: { probTpHit: up, probSlHit: down, probNeither: neither, neitherReturn, reward, risk, cost },
    disagreement,
  };
}
