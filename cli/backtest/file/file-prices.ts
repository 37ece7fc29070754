import type { Bar } from '../../../schema/candle.ts';
import type { MarketInput } from '../../../schema/market-event.ts';
import type { SpacedCandles } from '../../candles/spaced-candles.ts';

/** The prices of a file as desks take them. */
export interface FilePrices {
  /** How many candles are known at a time, Unix ms: asked for in the order of the times. */
  readonly known: (time: number) => number;
  /** The candles `[from, to)`, that many of which are known at a time, and the last close as its price. */
  readonly between: (from: number, to: number, time: number) => readonly MarketInput[];
}

/**
 * A file has no ticks: its candles come, when they have closed, as the minutes of a gap do, and the last close as the price at that time, which
 * ends what is past its horizon. Whether they come close by close or many at once, a trade ends at the same one.
 */
export function createFilePrices(symbol: string, minutes: SpacedCandles): FilePrices {
  const { time, open, high, low, close, spacingMs } = minutes;
  const bars: (Bar & { closeTime: number })[] = [];
  let next = 0;
  const barAt = (i: number) => {
    const openTime = time[i]!;
    const closeTime = openTime + spacingMs;
    return { openTime, closeTime, open: open[i]!, high: high[i]!, low: low[i]!, close: close[i]! };
  };
  return {
    known: (to) => {
      while (next < time.length && time[next]! + spacingMs <= to) next++;
      return next;
    },
    between: (from, to, at) => {
      const some: Bar[] = [];
      for (let i = from; i < to; i++) some.push((bars[i] ??= barAt(i)));
      const inputs: MarketInput[] = [];
      if (some.length > 0) {
        const begun = some[0]!.openTime;
        inputs.push(
          { kind: 'interruption', from: begun, to: at, reason: 'a file of candles has no ticks' },
          { kind: 'minutes', from: begun, to: at, bars: some },
        );
      }
      if (to > 0) {
        const tick = { symbol, price: close[to - 1]!, eventTime: at, receivedTime: at };
        inputs.push({ kind: 'tick', tick });
      }
      return inputs;
    },
  };
}
