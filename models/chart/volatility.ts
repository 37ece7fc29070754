import { lastCandles, type CandleColumns } from '../candle-columns.ts';
import { mean, median } from '../statistics.ts';

export interface Volatility {
  /** Garman-Klass where it is positive, else Parkinson: log units per square root of a bar. */
  perBar: number;
  garmanKlass: number;
  parkinson: number;
  /** Root mean square of the log returns. */
  closeToClose: number;
  /** `perBar` of the last 20 bars over that of the whole window; null in a window without movement. */
  ratio: number | null;
}

const RECENT = 20;
/** A range beyond so many median ranges is counted as that many: squared, a single wrong high would be the volatility of all bars. */
const WIDEST = 20;

/**
 * Volatility per bar from open, high, low and close. Range estimators need a fifth to a seventh of the bars that closes need
 * (Parkinson 1980; Garman and Klass 1980, the "practical" estimator), but see nothing of gaps between bars.
 */
export function volatility(candles: CandleColumns): Volatility {
  const parkinson = Math.sqrt(mean(ranges(candles)) / (4 * Math.LN2));
  const garmanKlass = garmanKlassOf(candles);
  const { close } = candles;
  let squares = 0;
  for (let t = 1; t < close.length; t++) squares += Math.log(close[t]! / close[t - 1]!) ** 2;
  const perBar = garmanKlass > 0 ? garmanKlass : parkinson;
  const recent = garmanKlassOf(lastCandles(candles, RECENT));
  return {
    perBar,
    garmanKlass,
    parkinson,
    closeToClose: Math.sqrt(squares / Math.max(1, close.length - 1)),
    ratio: perBar > 0 ? recent / perBar : null,
  };
}

/** Squared log ranges, the widest ones pulled in. */
function ranges(candles: CandleColumns): Float64Array {
  const shares = pulledIn(candles);
  return candles.high.map((value, t) => shares[t]! * Math.log(value / candles.low[t]!) ** 2);
}

function garmanKlassOf(candles: CandleColumns): number {
  const { open, close } = candles;
  const shares = pulledIn(candles);
  const terms = ranges(candles).map(
    (range, t) => 0.5 * range - shares[t]! * (2 * Math.LN2 - 1) * Math.log(close[t]! / open[t]!) ** 2,
  );
  return Math.sqrt(Math.max(0, mean(terms)));
}

/** What counts of each bar's squares: 1, but of the widest. */
function pulledIn({ high, low }: CandleColumns): Float64Array {
  const sizes = high.map((value, t) => Math.log(value / low[t]!));
  const widest = WIDEST * median(sizes);
  return sizes.map((size) => (widest > 0 && size > widest ? (widest / size) ** 2 : 1));
}
