import type { CandleColumns } from '../candle-columns.ts';
import { standsApart } from './apart.ts';
import { UNKNOWN_CLASS } from './jump-limits.ts';
import { longestStill } from './longest-still.ts';
import { robustScale } from '../robust-scale.ts';
import { median } from '../statistics.ts';

/**
 * A place where a window is no record of one market.
 *
 * `step`: prices before and after differ by a factor no market moves by at once: a split, another unit, a wrong price. `print`: a close
 * that neither its own open nor the next one knows of. `apart`: a candle, or up to five, off whose prices the market jumps as it jumped onto
 * them. `unconfirmed`: the last close stands so far off that only the next candle can say whether it was a price. `still`: hardly a close
 * differs from the one before. `frozen`: candle after candle repeats one price, as a feed does that hangs.
 */
export interface Discontinuity {
  readonly kind: 'step' | 'print' | 'apart' | 'unconfirmed' | 'still' | 'frozen';
  /** Index of the candle in the window. */
  readonly bar: number;
  /** Log units; of `still` the share of closes that repeat, of `frozen` the number of candles. */
  readonly size: number;
}

/** A step is at least so many usual moves: a volatile market takes more to be broken. */
const STEP = 20;
/**
 * A close so many usual moves beyond both opens beside it is no price. None of the 29,096 windows of 5, 15 and 30 minutes in three real months
 * (31,337 candles of a coin, a future and a pair) holds one: the months that this was chosen on.
 */
const PRINT = 1.5;
/** Candles so many usual moves off both neighbours. */
const APART = 2;
/** Where a market jumps between candles anyway, so many of its usual jumps. */
const PRINT_GAPS = 8;
/**
 * The own move of a doubtful close is at least this share of the gap after it; where trade goes on between candles (the usual gap under a
 * tenth of the usual move), an opposite move of its candle may have hidden part of it.
 */
const OWN_SHARE = { continuous: 0.25, gapping: 1 };
/** Beside hours in which the market was closed the next open proves less. */
const PRINT_BESIDE_CLOSE = 6;
/**
 * The last close has no next open. So many usual moves leave it in doubt: fewer where it is the very end of its candle's range, as a wrong
 * price makes it, than where the candle itself has traded beyond.
 */
const UNCONFIRMED = { atEnd: 3, within: 8 };
/** Where prices are few, more than this share of all closes ends its range, and that shows nothing. */
const MOST_AT_END = 0.15;
/** Largest share of closes that may repeat the one before. */
const MOST_STILL = 0.6;
/** So many motionless candles in a row make the stops of a window of 250 a tenth too narrow; 6 was the most in three real months of minutes. */
const FROZEN = 48;

/**
 * The worst break in a window, or null in a sound one. Measured by the median absolute return, which no single bar can move, so the scale of
 * the prices does not matter. Needs valid candles, at least 3. `step`: least size of a step, log units, by asset class.
 */
export function discontinuity(
  candles: CandleColumns,
  step: number = UNKNOWN_CLASS.step,
): Discontinuity | null {
  const { open, high, low, close } = candles;
  const T = close.length;
  const returns = new Float64Array(T - 1);
  const gaps = new Float64Array(T - 1);
  let repeated = 0;
  for (let t = 1; t < T; t++) {
    returns[t - 1] = Math.log(close[t]! / close[t - 1]!);
    gaps[t - 1] = Math.log(open[t]! / close[t - 1]!);
    if (close[t] === close[t - 1]) repeated++;
  }
  const usual = robustScale(returns);
  const broken = largestStep(returns, gaps, high, low);
  if (broken.size > Math.max(step, STEP * usual)) return { kind: 'step', ...broken };
  const still = repeated / (T - 1);
  if (still > MOST_STILL) return { kind: 'still', bar: T - 1, size: still };
  const frozen = longestStill(candles);
  if (frozen.size >= FROZEN) return { kind: 'frozen', ...frozen };
  const usualGap = median(gaps.map(Math.abs));
  const spacing = median(candles.time.subarray(1).map((at, i) => at - candles.time[i]!));
  const print = worstPrint(candles, usual, usualGap, spacing);
  if (print !== null) return { kind: 'print', ...print };
  const apart = standsApart(candles, gaps, spacing, (isNext) =>
    Math.max(APART * usual, PRINT_GAPS * usualGap, isNext ? 0 : PRINT_BESIDE_CLOSE * usual),
  );
  if (apart !== null) return { kind: 'apart', ...apart };
  const last = lastLeap(candles);
  const isEnd = close[T - 1] === (last > 0 ? high : low)[T - 1] && endShare(candles) <= MOST_AT_END;
  const isDoubtful = Math.abs(last) > (isEnd ? UNCONFIRMED.atEnd : UNCONFIRMED.within) * usual;
  return isDoubtful ? { kind: 'unconfirmed', bar: T - 1, size: Math.abs(last) } : null;
}

/** Signed move of the last close, from the close before or its own open, whichever is further. */
function lastLeap({ open, close }: CandleColumns): number {
  const T = close.length;
  const [move, own] = [Math.log(close[T - 1]! / close[T - 2]!), Math.log(close[T - 1]! / open[T - 1]!)];
  return Math.abs(move) > Math.abs(own) ? move : own;
}

/** Share of closes that are the highest or lowest price of their candle. */
function endShare({ high, low, close }: CandleColumns): number {
  let ends = 0;
  for (let t = 0; t < close.length; t++) if (close[t] === high[t] || close[t] === low[t]) ends++;
  return ends / close.length;
}

/** The largest return, gap or range of a single candle. */
function largestStep(returns: Float64Array, gaps: Float64Array, high: Float64Array, low: Float64Array) {
  let [bar, size] = [0, Math.log(high[0]! / low[0]!)];
  for (let t = 1; t < high.length; t++) {
    const moved = Math.max(Math.abs(returns[t - 1]!), Math.abs(gaps[t - 1]!), Math.log(high[t]! / low[t]!));
    if (moved > size) [bar, size] = [t, moved];
  }
  return { bar, size };
}

/** The close that stands furthest beyond both its own open and the next, where that is further than prices do. */
function worstPrint({ time, open, close }: CandleColumns, usual: number, usualGap: number, spacing: number) {
  const ownShare = usualGap < 0.1 * usual ? OWN_SHARE.continuous : OWN_SHARE.gapping;
  const contiguous = Math.max(PRINT * usual, PRINT_GAPS * usualGap);
  let worst: { bar: number; size: number } | null = null;
  let excess = 1;
  for (let t = 0; t < close.length - 1; t++) {
    const own = Math.log(close[t]! / open[t]!);
    const next = Math.log(close[t]! / open[t + 1]!);
    if (own * next <= 0) continue;
    const isNext = time[t + 1]! - time[t]! <= spacing;
    const size = Math.min(Math.abs(next), Math.abs(own) / (isNext ? ownShare : OWN_SHARE.gapping));
    const limit = isNext ? contiguous : Math.max(contiguous, PRINT_BESIDE_CLOSE * usual);
    if (size > excess * limit) {
      worst = { bar: t, size };
      excess = size / limit;
    }
  }
  return worst;
}
