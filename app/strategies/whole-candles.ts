import type { CandleColumns } from '../../models/candle-columns.ts';
import { windowQuality } from '../../operators/analysis/window-quality.ts';
import { candleColumnsOf } from '../../operators/candles/candle-columns-of.ts';
import type { Candle } from '../../schema/candle.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import type { CandlesTable } from '../../store/candles-table.ts';
import type { Markets } from '../markets.ts';

/** What is read of the store. */
export type StoredCandles = Pick<CandlesTable, 'latest' | 'emptyIn'>;

interface Wanted {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** At least so many. */
  readonly bars: number;
  /** Timeframe that they are folded to: the first and the last of its bars are whole. */
  readonly into: Timeframe;
}

/**
 * The newest stored candles, oldest first; undefined where they are too few, or not whole: each is complete, and none is missing that closed while
 * the market was open, but for those in which nobody traded.
 */
export async function wholeCandles(
  stored: StoredCandles,
  markets: Pick<Markets, 'of' | 'gridOf'>,
  { symbol, timeframe, bars, into }: Wanted,
): Promise<CandleColumns | undefined> {
  // What the cut takes away at most.
  const spare = into === timeframe ? 0 : (2 * timeframeMs[into]) / timeframeMs[timeframe];
  const latest = await stored.latest(symbol, timeframe, bars + spare);
  const candles = into === timeframe ? latest : inWholeBars(latest, timeframeMs[into]);
  if (candles.length < bars) return undefined;
  const [from, to] = [candles[0]!.openTime, candles.at(-1)!.closeTime];
  const { openMillis } = markets.of(symbol);
  const { closeOf } = markets.gridOf(symbol, timeframe);
  const empty = await stored.emptyIn(symbol, timeframe, from, to);
  const emptyMillis = empty.reduce((sum, open) => sum + openMillis(open, closeOf(open)), 0);
  const { incomplete, missingShare } = windowQuality(
    candles,
    openMillis,
    (since, until) => openMillis(since, until) - emptyMillis,
  );
  return incomplete === 0 && missingShare === 0 ? candleColumnsOf(candles) : undefined;
}

/** Without those at either end that are part of a longer bar only. */
function inWholeBars(candles: readonly Candle[], longMs: number): readonly Candle[] {
  const [first, last] = [candles[0], candles.at(-1)];
  if (first === undefined || last === undefined) return [];
  const from = Math.ceil(first.openTime / longMs) * longMs;
  const to = Math.floor(last.closeTime / longMs) * longMs;
  return candles.filter(({ openTime }) => openTime >= from && openTime < to);
}
