import type { CandleColumns } from '../../models/candle-columns.ts';

/** Candles of one length, gaps and all. */
export interface SpacedCandles extends CandleColumns {
  /** What each covers, from its open on, ms. */
  readonly spacingMs: number;
}
