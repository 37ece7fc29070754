export interface TradeStatistics {
  n: number;
  /** Mean result. */
  expectancy: number | null;
  /** Expectancy over the mean loss. */
  expectancyRatio: number | null;
  /** Sum of the wins over the sum of the losses. */
  profitFactor: number | null;
  /** Share of results above zero. */
  winRate: number | null;
  /** Mean win over mean loss. */
  payoff: number | null;
  /** Largest fall of the summed results from their peak so far (at least 0), in the results' unit. */
  maxDrawdown: number;
  /** Net result over the largest fall. */
  recoveryFactor: number | null;
  /** Mean over standard deviation (n - 1) of the results, per trade. */
  sharpe: number | null;
}

/** Figures of closed trades in their order, in money or in R. What has no value (no trades, no losses) is null, never Infinity. */
export function tradeStatistics(results: ArrayLike<number>): TradeStatistics {
  const n = results.length;
  let [wins, losses, gained, lost, net, peak, maxDrawdown, squares] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const result = results[i]!;
    if (result > 0) {
      wins++;
      gained += result;
    } else if (result < 0) {
      losses++;
      lost -= result;
    }
    net += result;
    peak = Math.max(peak, net);
    maxDrawdown = Math.max(maxDrawdown, peak - net);
  }
  for (let i = 0; i < n; i++) squares += (results[i]! - net / n) ** 2;
  return {
    n,
    expectancy: ratio(net, n),
    expectancyRatio: ratio(net * losses, n * lost),
    profitFactor: ratio(gained, lost),
    winRate: ratio(wins, n),
    payoff: wins > 0 ? ratio(gained * losses, lost * wins) : null,
    maxDrawdown,
    recoveryFactor: ratio(net, maxDrawdown),
    sharpe: n > 1 ? ratio(net / n, Math.sqrt(squares / (n - 1))) : null,
  };
}

function ratio(numerator: number, denominator: number): number | null {
  const value = numerator / denominator;
  return denominator > 0 && Number.isFinite(value) ? value : null;
}
