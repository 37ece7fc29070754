import type { Bar } from '../../../schema/candle.ts';
import type { MarketInput } from '../../../schema/market-event.ts';
import type { SpacedCandles } from '../../candles/spaced-candles.ts';

/** The prices of a file as a desk takes them. */
export interface FilePrices {
  /** Those since the last call that are known at a time, Unix ms. */
  readonly upTo: (time: number) => readonly MarketInput[];
  /** Leaves them out: nobody asks for them. */
  readonly skip: (time: number) => void;
}

/**
 * A file has no ticks: its candles come, when they have closed, as the minutes of a gap do, and the last close as the price at that time, which
 * ends what is past its horizon.
 */
export function createFilePrices(symbol: string, minutes: SpacedCandles): FilePrices {
  const { time, open, high, low, close, spacingMs } = minutes;
  let next = 0;
  const upTo = (to: number): readonly MarketInput[] => {
    const bars: (Bar & { closeTime: number })[] = [];
    for (; next < time.length && time[next]! + spacingMs <= to; next++) {
      const openTime = time[next]!;
      bars.push({
        openTime,
        closeTime: openTime + spacingMs,
        open: open[next]!,
        high: high[next]!,
        low: low[next]!,
        close: close[next]!,
      });
    }
    const inputs: MarketInput[] = [];
    if (bars.length > 0) {
      const from = bars[0]!.openTime;
      inputs.push(
        { kind: 'interruption', from, to, reason: 'a file of candles has no ticks' },
        { kind: 'minutes', from, to, bars },
      );
    }
    if (next > 0) {
      const tick = { symbol, price: close[next - 1]!, eventTime: to, receivedTime: to };
      inputs.push({ kind: 'tick', tick });
    }
    return inputs;
  };
  return {
    upTo,
    skip: (to) => {
      while (next < time.length && time[next]! + spacingMs <= to) next++;
    },
  };
}
