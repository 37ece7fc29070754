import {
  ADX,
  ATR,
  BollingerBands,
  CCI,
  EMA,
  HMA,
  KAMA,
  LinearRegression,
  MACD,
  MFI,
  OBV,
  ROC,
  RSI,
  SMA,
  StochasticOscillator,
  TEMA,
  WilliamsR,
  WMA,
  hasCrossedOver,
  hasCrossedUnder,
} from 'trading-signals';
import type { CandleSeries } from './contract.ts';
import { remembered } from './remembered-values.ts';

/**
 * Indicators for strategies: those of trading-signals, each as a function of the candles that gives its value at the last one, or `ago` bars before.
 * The arrays stay as they are. Throws a RangeError where there are fewer values than it needs. Checked against the published numbers of
 * tulipindicators (test/strategy/indicators.test.ts) and against TA-Lib's own expectations (talib.test.ts). Where TA-Lib begins otherwise, the
 * function says so: what is left of a beginning shrinks with every candle.
 */
type Values = ArrayLike<number>;
type Candles = Pick<CandleSeries, 'high' | 'low' | 'close'>;

interface Machine<In, Out> {
  getRequiredInputs(): number;
  update(input: In, replace: boolean): Out | null;
}

/** Feeds a machine the values up to `ago` bars before the last: all of them where its memory has no end, else as many as it needs. */
function run<In, Out>(
  machine: Machine<In, Out>,
  at: (index: number) => In,
  length: number,
  ago: number,
  memory: 'all' | 'window',
): Out {
  const wanted = machine.getRequiredInputs();
  const end = length - ago;
  if (!(Number.isInteger(ago) && ago >= 0))
    throw new RangeError(`ago is ${ago}, a whole number from 0 is needed`);
  if (end < wanted) throw new RangeError(`${Math.max(0, end)} values, ${wanted} are needed`);
  let last: Out | null = null;
  for (let i = memory === 'all' ? 0 : end - wanted; i < end; i++) last = machine.update(at(i), false);
  if (last === null) throw new RangeError(`${end} values are too few`);
  return last;
}

const of = <Out>(machine: Machine<number, Out>, values: Values, ago: number, memory: 'all' | 'window'): Out =>
  run(machine, (i) => values[i]!, values.length, ago, memory);

const ofCandles = <Out>(
  machine: Machine<{ high: number; low: number; close: number }, Out>,
  { high, low, close }: Candles,
  ago: number,
  memory: 'all' | 'window',
): Out =>
  run(machine, (i) => ({ high: high[i]!, low: low[i]!, close: close[i]! }), close.length, ago, memory);

function whole(length: number): number {
  if (Number.isInteger(length) && length >= 1) return length;
  throw new RangeError(`the length is ${length}, a whole number from 1 is needed`);
}

/** Simple moving average. */
export const sma = (values: Values, length: number, ago = 0): number =>
  remembered(values, 'sma', length, ago, () => of(new SMA(whole(length)), values, ago, 'window'));

/** Exponential moving average, 2 / (length + 1) of each new value, begun at the first of the window: an `ema` of 200 wants some 1,000 candles.
 * TA-Lib begins so where it is compatible with Metastock, else with the simple average of the first `length`. */
export const ema = (values: Values, length: number, ago = 0): number =>
  remembered(values, 'ema', length, ago, () => of(new EMA(whole(length)), values, ago, 'all'));

/** Weighted moving average, the last value `length` times. */
export const wma = (values: Values, length: number, ago = 0): number =>
  remembered(values, 'wma', length, ago, () => of(new WMA(whole(length)), values, ago, 'window'));

/** Triple exponential moving average, of averages begun as in `ema`. */
export const tema = (values: Values, length: number, ago = 0): number =>
  remembered(values, 'tema', length, ago, () => of(new TEMA(whole(length)), values, ago, 'all'));

/** Hull moving average. */
export const hma = (values: Values, length: number, ago = 0): number =>
  remembered(values, 'hma', length, ago, () => of(new HMA(whole(length)), values, ago, 'window'));

/** Kaufman's adaptive moving average. */
export const kama = (values: Values, length: number, ago = 0): number =>
  remembered(values, 'kama', length, ago, () => of(new KAMA(whole(length)), values, ago, 'all'));

/** Relative strength index by Wilder, 0 to 100. */
export const rsi = (values: Values, length = 14, ago = 0): number =>
  remembered(values, 'rsi', length, ago, () => of(new RSI(whole(length)), values, ago, 'all'));

/** Rate of change over `length` bars, as a share: 0.01 is one percent, which TA-Lib calls 1. */
export const roc = (values: Values, length: number, ago = 0): number =>
  remembered(values, 'roc', length, ago, () => of(new ROC(whole(length)), values, ago, 'window'));

/** Moving average convergence and divergence: its line, the line's average and their difference, of averages begun as in `ema`. */
export function macd(
  values: Values,
  settings: { fast?: number; slow?: number; signal?: number } = {},
  ago = 0,
): { macd: number; signal: number; histogram: number } {
  const { fast = 12, slow = 26, signal = 9 } = named('macd(own.close, {}, 1)', settings);
  const lines = new MACD(new EMA(whole(fast)), new EMA(whole(slow)), new EMA(whole(signal)));
  return of(lines, values, ago, 'all');
}

/** Bollinger's bands: the average, and so many deviations (of the population) beside it. */
export const bollinger = (
  values: Values,
  length = 20,
  deviations = 2,
  ago = 0,
): { lower: number; middle: number; upper: number } =>
  of(new BollingerBands(whole(length), deviations), values, ago, 'window');

/** Least-squares line through the last values: its value at the last one and its slope a bar. */
export function linearRegression(values: Values, length: number, ago = 0): { value: number; slope: number } {
  const { prediction, slope } = of(new LinearRegression(whole(length)), values, ago, 'window');
  // The library's prediction is of the next bar.
  return { value: prediction - slope, slope };
}

/** Average true range by Wilder. It begins with the range of the first candle; TA-Lib begins with the second, which has a close before it. */
export const atr = (candles: Candles, length = 14, ago = 0): number =>
  remembered(candles, 'atr', length, ago, () => ofCandles(new ATR(whole(length)), candles, ago, 'all'));

/** Average directional index by Wilder, 0 to 100: how strong a trend is, whichever way. It begins as `atr` does. */
export const adx = (candles: Candles, length = 14, ago = 0): number =>
  remembered(candles, 'adx', length, ago, () => ofCandles(new ADX(whole(length)), candles, ago, 'all'));

/** Commodity channel index. */
export const cci = (candles: Candles, length = 20, ago = 0): number =>
  remembered(candles, 'cci', length, ago, () => ofCandles(new CCI(whole(length)), candles, ago, 'window'));

/** Williams' %R, -100 at the low of the range to 0 at its high. */
export const williams = (candles: Candles, length = 14, ago = 0): number =>
  remembered(candles, 'williams', length, ago, () =>
    ofCandles(new WilliamsR(whole(length)), candles, ago, 'window'),
  );

/** Settings by name. A number in their place, meant for `ago`, would be taken for none of them, and the same value given for every bar. */
function named<T extends object>(example: string, settings: T): T {
  if (typeof settings !== 'object')
    throw new TypeError(`settings stand as an object before how many bars ago: ${example}`);
  return settings;
}

/** Slow stochastic, 0 to 100. */
export function stochastic(
  candles: Candles,
  settings: { length?: number; slowing?: number; average?: number } = {},
  ago = 0,
): { k: number; d: number } {
  const { length = 14, slowing = 3, average = 3 } = named('stochastic(own, {}, 1)', settings);
  const config = { kPeriod: whole(length), kSlowingPeriod: whole(slowing), dPeriod: whole(average) };
  const { stochK, stochD } = ofCandles(new StochasticOscillator(config), candles, ago, 'window');
  return { k: stochK, d: stochD };
}

type WithVolume = Candles & Pick<CandleSeries, 'open' | 'volume'>;
const volumed =
  ({ open, high, low, close, volume }: WithVolume) =>
  (i: number) => ({ open: open[i]!, high: high[i]!, low: low[i]!, close: close[i]!, volume: volume[i]! });

/** Money flow index, 0 to 100. A typical price that repeats is no flow. */
export const mfi = (candles: WithVolume, length = 14, ago = 0): number =>
  run(new MFI(whole(length)), volumed(candles), candles.close.length, ago, 'window');

/** On-balance volume since the first candle of the window: its changes mean something, its size does not. */
export const obv = (candles: WithVolume, ago = 0): number =>
  run(new OBV(2), volumed(candles), candles.close.length, ago, 'all');

/** Highest and lowest of `length` values that end `ago` bars before the last. */
export const highest = (values: Float64Array, length: number, ago = 0): number =>
  remembered(values, 'highest', length, ago, () => Math.max(...last(values, length, ago)));
export const lowest = (values: Float64Array, length: number, ago = 0): number =>
  remembered(values, 'lowest', length, ago, () => Math.min(...last(values, length, ago)));

function last(values: Float64Array, length: number, ago: number): Float64Array {
  const end = values.length - ago;
  if (whole(length) > end) throw new RangeError(`${Math.max(0, end)} values, ${length} are needed`);
  return values.subarray(end - length, end);
}

type Line = number | ((ago: number) => number);

/**
 * Whether one line has just crossed another at the last bar, and which way. A line is a number, or a function of how many bars ago:
 * `crossed((ago) => ema(close, 12, ago), (ago) => ema(close, 26, ago))`.
 */
export function crossed(line: Line, other: Line): 'up' | 'down' | null {
  const before = at(line, 1);
  const otherBefore = at(other, 1);
  const now = at(line, 0);
  const otherNow = at(other, 0);
  if (hasCrossedOver(before, otherBefore, now, otherNow)) return 'up';
  return hasCrossedUnder(before, otherBefore, now, otherNow) ? 'down' : null;
}

const at = (line: Line, ago: number): number => (typeof line === 'number' ? line : line(ago));
