import type { CandleColumns } from '../../models/candle-columns.ts';
import type { Candle } from '../../schema/candle.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { CandleSlots, type PriceColumn } from './candle-slots.ts';

/** The last closed candles of one symbol and timeframe, each open time once, in order: a ring of slots. */
export class RollingHistory {
  readonly #slots: CandleSlots;
  /** Slot of the oldest candle. */
  #head = 0;
  #size = 0;

  constructor(symbol: string, timeframe: Timeframe, capacity: number) {
    this.#slots = new CandleSlots(symbol, timeframe, capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Takes a candle: a new one at the end, an older one in its place, a known one if its revision is not lower. */
  push(candle: Candle): boolean {
    const slots = this.#slots;
    const index = this.#lowerBound(candle.openTime);
    const slot = this.#slotAt(index);
    if (index === this.#size || slots.openTime(slot) !== candle.openTime) return this.#insert(index, candle);
    if (candle.revision < slots.revision(slot)) return false;
    // A whole bar of REST's stays until a whole candle, or a higher revision, corrects it.
    if (candle.revision === slots.revision(slot) && !candle.complete && slots.isComplete(slot)) return false;
    slots.write(slot, candle);
    return true;
  }

  /** Takes candles in any order, as `push` does: what was fetched for a gap or restored from the store. */
  merge(candles: readonly Candle[]): void {
    for (const candle of candles) this.push(candle);
  }

  /** The candle that opens then. */
  at(openTime: number): Candle | undefined {
    const index = this.#lowerBound(openTime);
    const slot = this.#slotAt(index);
    const isThere = index < this.#size && this.#slots.openTime(slot) === openTime;
    return isThere ? this.#slots.read(slot) : undefined;
  }

  /** The last `n`, oldest first. */
  candles(n = this.#size): Candle[] {
    return this.#lastSlots(n).map((slot) => this.#slots.read(slot));
  }

  /** Open times of the complete ones, oldest first. */
  completeOpens(): number[] {
    const slots = this.#slots;
    return this.#lastSlots(this.#size)
      .filter((slot) => slots.isComplete(slot))
      .map((slot) => slots.openTime(slot));
  }

  /** Copies of the last `n`, oldest first; their buffers may be transferred. */
  columns(n = this.#size): CandleColumns {
    const slots = this.#lastSlots(n);
    const kinds = new Set(slots.map((slot) => this.#slots.volumeKind(slot)));
    const [volumeKind = 'none'] = kinds;
    const column = (name: PriceColumn) => Float64Array.from(slots, (slot) => this.#slots[name][slot]!);
    return {
      time: Float64Array.from(slots, (slot) => this.#slots.openTime(slot)),
      open: column('open'),
      high: column('high'),
      low: column('low'),
      close: column('close'),
      volume: column('volume'),
      volumeKind: kinds.size > 1 ? 'mixed' : volumeKind,
    };
  }

  #slotAt(index: number): number {
    return (this.#head + index) % this.#slots.capacity;
  }

  #lastSlots(n: number): number[] {
    const count = Math.min(n, this.#size);
    return Array.from({ length: count }, (_, i) => this.#slotAt(this.#size - count + i));
  }

  /** Index of the first candle that opens at or after a time; mostly there is none. */
  #lowerBound(openTime: number): number {
    let from = 0;
    let to = this.#size;
    if (to > 0 && this.#slots.openTime(this.#slotAt(to - 1)) < openTime) return to;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#slots.openTime(this.#slotAt(middle)) < openTime) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** Makes room before `index`, moving the newer ones up. False where it is older than all of a full ring. */
  #insert(index: number, candle: Candle): boolean {
    let at = index;
    if (this.#size === this.#slots.capacity) {
      if (index === 0) return false;
      this.#head = this.#slotAt(1);
      at--;
    } else this.#size++;
    for (let i = this.#size - 1; i > at; i--) this.#slots.copy(this.#slotAt(i - 1), this.#slotAt(i));
    this.#slots.write(this.#slotAt(at), candle);
    return true;
  }
}
