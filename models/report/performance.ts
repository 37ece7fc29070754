/** Statistics of resolved signals: one place to import them from. */
export { type BrierScore, brierScore, type ReliabilityBin } from './brier-score.ts';
export { clusteredMean, designEffect } from './clustered-mean.ts';
export { type TradeStatistics, tradeStatistics } from './trade-statistics.ts';
export { wilsonInterval } from './wilson-interval.ts';
