/** What is said about resolved signals: one place to import it from. */
export { type BrierScore, brierScore } from './brier-score.ts';
export { clusteredMean, designEffect } from './clustered-mean.ts';
export { type TradeStatistics, tradeStatistics } from './trade-statistics.ts';
export { wilsonInterval } from './wilson-interval.ts';
