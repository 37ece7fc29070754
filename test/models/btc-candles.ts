import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { aggregateCandles } from '../../cli/aggregate-candles.ts';
import { readCandles } from '../../cli/read-candles.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';

const path = fileURLToPath(new URL('../../../shared/data/btc-perp-1m-2022-01.csv.gz', import.meta.url));

/** Skips visibly without the data; in CI the tests run and fail. */
export const btcMissing = !existsSync(path) && !process.env['CI'];

/** A month of real one-minute candles, folded to `minutes`. */
export function btcCandles(minutes: number): CandleColumns {
  return aggregateCandles(readCandles(path), minutes * 60_000);
}
