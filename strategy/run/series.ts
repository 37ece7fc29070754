import type { CandleColumns } from '../../models/candle-columns.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { CandleSeries } from '../contract.ts';

/** Hears of each column that is copied. */
export type OnCopy = (copy: Float64Array, original: Float64Array) => void;

/** The last `bars` candles as a strategy gets them: copies with memory of their own, so that no view leads to what lies beside them. */
export function series(
  columns: CandleColumns,
  bars: number,
  { timeframe, closeTime }: { readonly timeframe: Timeframe; readonly closeTime: number },
  onCopy: OnCopy = () => {},
): CandleSeries {
  const from = Math.max(0, columns.close.length - bars);
  return new LateSeries(columns, from, { timeframe, closeTime, onCopy });
}

type Column = 'time' | 'open' | 'high' | 'low' | 'close' | 'volume';

/** Each column is its own property, so that it goes along where a strategy spreads the series; a column that nobody reads is not copied. */
class LateSeries implements CandleSeries {
  readonly timeframe: Timeframe;
  readonly closeTime: number;
  readonly volumeKind: CandleSeries['volumeKind'];
  declare readonly time: Float64Array;
  declare readonly open: Float64Array;
  declare readonly high: Float64Array;
  declare readonly low: Float64Array;
  declare readonly close: Float64Array;
  declare readonly volume: Float64Array;
  readonly #of: CandleColumns;
  readonly #from: number;
  readonly #onCopy: OnCopy;
  readonly #copies: { [C in Column]?: Float64Array } = {};

  constructor(
    of: CandleColumns,
    from: number,
    {
      timeframe,
      closeTime,
      onCopy,
    }: { readonly timeframe: Timeframe; readonly closeTime: number; readonly onCopy: OnCopy },
  ) {
    this.timeframe = timeframe;
    this.closeTime = closeTime;
    this.volumeKind = of.volumeKind;
    this.#of = of;
    this.#from = from;
    this.#onCopy = onCopy;
    Object.freeze(Object.defineProperties(this, LateSeries.#columns));
  }

  /** Shared getters: those of a literal would be made anew with each series, which takes twice as long. */
  static readonly #columns = {
    time: LateSeries.#late('time'),
    open: LateSeries.#late('open'),
    high: LateSeries.#late('high'),
    low: LateSeries.#late('low'),
    close: LateSeries.#late('close'),
    volume: LateSeries.#late('volume'),
  };

  static #late(column: Column): PropertyDescriptor {
    return {
      enumerable: true,
      get(this: LateSeries) {
        return (this.#copies[column] ??= this.#copy(column));
      },
    };
  }

  #copy(column: Column): Float64Array {
    const original = this.#of[column].subarray(this.#from);
    // Numbers may be changed, but nothing may be hung on them.
    const copy = Object.preventExtensions(new Float64Array(original));
    this.#onCopy(copy, original);
    return copy;
  }
}

Object.freeze(LateSeries.prototype);
Object.freeze(LateSeries);
