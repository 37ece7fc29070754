import type { Candle, CandleSource, VolumeKind } from '../../schema/candle.ts';
import { minuteMs, type Timeframe } from '../../schema/timeframe.ts';
import { packedColumns } from './packed-columns.ts';

const sources: readonly CandleSource[] = ['ticks', 'rest', 'mixed', 'posted'];
const volumeKinds: readonly VolumeKind[] = ['traded', 'ticks', 'mixed', 'none'];

/** Columns of which each slot holds a number of a candle. */
export type PriceColumn = 'open' | 'high' | 'low' | 'close' | 'volume';

/**
 * Candles of one symbol and timeframe in numbered slots, one array a field: 59 bytes a candle, nothing allocated to write
 * one. A class, for closures of each symbol and timeframe would weigh more than a candle each.
 */
export class CandleSlots {
  readonly capacity: number;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly #symbol: string;
  readonly #timeframe: Timeframe;
  /** Open, s since 1970: windows open on whole minutes. */
  readonly #time: Uint32Array;
  readonly #ticks: Uint32Array;
  readonly #silence: Uint32Array;
  /** Minutes: a day of 25 hours has 1,500. */
  readonly #length: Uint16Array;
  readonly #late: Uint16Array;
  readonly #revision: Uint16Array;
  readonly #flags: Uint8Array;

  constructor(symbol: string, timeframe: Timeframe, capacity: number) {
    const columns = packedColumns(capacity, { float64: 5, uint32: 3, uint16: 3, uint8: 1 });
    this.capacity = capacity;
    this.#symbol = symbol;
    this.#timeframe = timeframe;
    this.open = columns.float64();
    this.high = columns.float64();
    this.low = columns.float64();
    this.close = columns.float64();
    this.volume = columns.float64();
    this.#time = columns.uint32();
    this.#ticks = columns.uint32();
    this.#silence = columns.uint32();
    this.#length = columns.uint16();
    this.#late = columns.uint16();
    this.#revision = columns.uint16();
    this.#flags = columns.uint8();
  }

  openTime(slot: number): number {
    return this.#time[slot]! * 1000;
  }

  closeTime(slot: number): number {
    return this.openTime(slot) + this.#length[slot]! * minuteMs;
  }

  revision(slot: number): number {
    return this.#revision[slot]!;
  }

  isComplete(slot: number): boolean {
    return (this.#flags[slot]! & 1) === 1;
  }

  volumeKind(slot: number): VolumeKind {
    return volumeKinds[this.#flags[slot]! >> 3]!;
  }

  write(slot: number, candle: Candle): void {
    this.open[slot] = candle.open;
    this.high[slot] = candle.high;
    this.low[slot] = candle.low;
    this.close[slot] = candle.close;
    this.volume[slot] = candle.volume;
    this.#time[slot] = candle.openTime / 1000;
    this.#ticks[slot] = candle.ticks;
    this.#silence[slot] = candle.longestSilenceMs;
    this.#length[slot] = (candle.closeTime - candle.openTime) / minuteMs;
    this.#late[slot] = Math.min(candle.lateTicks, 65_535);
    this.#revision[slot] = candle.revision;
    this.#flags[slot] =
      (candle.complete ? 1 : 0) |
      (sources.indexOf(candle.source) << 1) |
      (volumeKinds.indexOf(candle.volumeKind) << 3);
  }

  read(slot: number): Candle {
    return {
      symbol: this.#symbol,
      timeframe: this.#timeframe,
      openTime: this.openTime(slot),
      closeTime: this.closeTime(slot),
      open: this.open[slot]!,
      high: this.high[slot]!,
      low: this.low[slot]!,
      close: this.close[slot]!,
      volume: this.volume[slot]!,
      volumeKind: this.volumeKind(slot),
      ticks: this.#ticks[slot]!,
      complete: this.isComplete(slot),
      source: sources[(this.#flags[slot]! >> 1) & 3]!,
      lateTicks: this.#late[slot]!,
      longestSilenceMs: this.#silence[slot]!,
      revision: this.revision(slot),
    };
  }

  copy(from: number, to: number): void {
    for (const column of this.#columns()) column[to] = column[from]!;
  }

  #columns() {
    const prices = [this.open, this.high, this.low, this.close, this.volume];
    const counts = [this.#time, this.#ticks, this.#silence, this.#length, this.#late, this.#revision];
    return [...prices, ...counts, this.#flags];
  }
}
