import { fileURLToPath } from 'node:url';
import { aggregateCandles } from '../../cli/aggregate-candles.ts';
import { readCandles } from '../../cli/candles/read-candles.ts';
import type { SpacedCandles } from '../../cli/candles/spaced-candles.ts';
import { type CandleColumns, lastCandles } from '../../models/candle-columns.ts';
import { needsData } from '../support/needs.ts';

const path = fileURLToPath(new URL('../../../shared/data/btc-perp-1m-2022-01.csv.gz', import.meta.url));

/** Skipped and named without the data. */
export const needsBtc = needsData('data/btc-perp-1m-2022-01.csv.gz');

const minutes = needsBtc.skip ? null : (await readCandles(path)).candles;

/** The last minutes of a month of real candles. */
export function btcMinutes(count = Infinity): SpacedCandles {
  if (minutes === null) throw new Error(`${path} is not there`);
  return { ...lastCandles(minutes, Math.min(count, minutes.time.length)), spacingMs: minutes.spacingMs };
}

/** The whole month, folded to bars of `minutes`. */
export function btcCandles(minutes: number): CandleColumns {
  return aggregateCandles(btcMinutes(), minutes * 60_000);
}
