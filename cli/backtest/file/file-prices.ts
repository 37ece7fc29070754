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
  const { time, close, spacingMs } = minutes;
  let next = 0;
  return {
    known: (to) => {
      while (next < time.length && time[next]! + spacingMs <= to) next++;
      return next;
    },
    between: (from, to, at) => {
      const some: Bar[] = [];
      for (let i = from; i < to; i++) some.push(new FileBar(minutes, i));
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

/** A bar that is read where it lies: of years of minutes most are told to a desk, and six numbers of an object are six objects. */
class FileBar implements Bar {
  readonly #minutes: SpacedCandles;
  readonly #at: number;

  constructor(minutes: SpacedCandles, at: number) {
    this.#minutes = minutes;
    this.#at = at;
  }

  get openTime() {
    return this.#minutes.time[this.#at]!;
  }
  get closeTime() {
    return this.openTime + this.#minutes.spacingMs;
  }
  get open() {
    return this.#minutes.open[this.#at]!;
  }
  get high() {
    return this.#minutes.high[this.#at]!;
  }
  get low() {
    return this.#minutes.low[this.#at]!;
  }
  get close() {
    return this.#minutes.close[this.#at]!;
  }
}
