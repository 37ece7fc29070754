import type { CandleColumns } from '../models/candle-columns.ts';
import type { Candle, CandleSource, VolumeKind } from '../schema/candle.ts';
import type { Timeframe } from '../schema/timeframe.ts';
import { packedColumns } from './packed-columns.ts';

const minute = 60_000;
const sources: readonly CandleSource[] = ['ticks', 'rest', 'mixed', 'posted'];
const volumeKinds: readonly VolumeKind[] = ['traded', 'ticks', 'mixed', 'none'];

/** The last closed candles of one symbol and timeframe, each open time once, in order. */
export interface RollingHistory {
  readonly size: () => number;
  /** Takes a candle: a new one at the end, an older one in its place, a known one if its revision is not lower. */
  readonly push: (candle: Candle) => boolean;
  /** Replaces the candle of the same open time, whatever its revision. False where there is none. */
  readonly revise: (candle: Candle) => boolean;
  /** Takes candles in any order, as `push` does: what was fetched for a gap or restored from the store. */
  readonly merge: (candles: readonly Candle[]) => void;
  /** Copies of the last `n`, oldest first; their buffers may be transferred. */
  readonly columns: (n?: number) => CandleColumns;
  readonly candles: (n?: number) => Candle[];
  /** Open times, oldest first: what a backfill need not ask for. */
  readonly openTimes: () => number[];
  /**
   * Share of the market hours from the first of the last `n` candles to the end of the last that candles cover, 0..1.
   * `openMillis(from, to)` gives the market's open time, ms; an incomplete candle covers nothing where `completeOnly`.
   */
  readonly coverage: (
    n: number,
    openMillis: (from: number, to: number) => number,
    completeOnly?: boolean,
  ) => number;
}

/** A columnar ring: 59 bytes a candle, nothing allocated for a push. */
export function createHistory(symbol: string, timeframe: Timeframe, capacity: number): RollingHistory {
  const columns = packedColumns(capacity, { float64: 5, uint32: 3, uint16: 3, uint8: 1 });
  const open = columns.float64();
  const high = columns.float64();
  const low = columns.float64();
  const close = columns.float64();
  const volume = columns.float64();
  /** Open, s since 1970: windows open on whole minutes. */
  const time = columns.uint32();
  const ticks = columns.uint32();
  const silence = columns.uint32();
  /** Minutes: a day of 25 hours has 1,500. */
  const length = columns.uint16();
  const late = columns.uint16();
  const revision = columns.uint16();
  const flags = columns.uint8();
  const fields = [time, open, high, low, close, volume, length, ticks, late, silence, revision, flags];
  /** Slot of the oldest candle. */
  let head = 0;
  let size = 0;

  const openAt = (slot: number) => time[slot]! * 1000;
  const closeAt = (slot: number) => openAt(slot) + length[slot]! * minute;
  const slotAt = (index: number) => (head + index) % capacity;

  /** Index of the first candle that opens at or after a time. */
  const lowerBound = (openTime: number): number => {
    let from = 0;
    let to = size;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (openAt(slotAt(middle)) < openTime) from = middle + 1;
      else to = middle;
    }
    return from;
  };

  const write = (slot: number, candle: Candle) => {
    time[slot] = candle.openTime / 1000;
    open[slot] = candle.open;
    high[slot] = candle.high;
    low[slot] = candle.low;
    close[slot] = candle.close;
    volume[slot] = candle.volume;
    length[slot] = (candle.closeTime - candle.openTime) / minute;
    ticks[slot] = candle.ticks;
    late[slot] = Math.min(candle.lateTicks, 65_535);
    silence[slot] = candle.longestSilenceMs;
    revision[slot] = candle.revision;
    flags[slot] =
      (candle.complete ? 1 : 0) |
      (sources.indexOf(candle.source) << 1) |
      (volumeKinds.indexOf(candle.volumeKind) << 3);
  };

  /** Makes room before `index`, moving the newer ones up. */
  const insert = (index: number, candle: Candle): boolean => {
    let at = index;
    if (size === capacity) {
      if (index === 0) return false;
      head = slotAt(1);
      at--;
    } else size++;
    for (let i = size - 1; i > at; i--) {
      const to = slotAt(i);
      const from = slotAt(i - 1);
      for (const field of fields) field[to] = field[from]!;
    }
    write(slotAt(at), candle);
    return true;
  };

  /** Slot of the candle that opens then, or -1. */
  const slotOf = (openTime: number): number => {
    const index = lowerBound(openTime);
    return index < size && openAt(slotAt(index)) === openTime ? slotAt(index) : -1;
  };

  const push = (candle: Candle): boolean => {
    if (size === 0 || candle.openTime > openAt(slotAt(size - 1))) return insert(size, candle);
    const slot = slotOf(candle.openTime);
    if (slot < 0) return insert(lowerBound(candle.openTime), candle);
    if (candle.revision < revision[slot]!) return false;
    // REST's whole bar stands until something whole, or a later word, corrects it.
    if (candle.revision === revision[slot]! && !candle.complete && (flags[slot]! & 1) === 1) return false;
    write(slot, candle);
    return true;
  };

  const revise = (candle: Candle): boolean => {
    const slot = slotOf(candle.openTime);
    if (slot >= 0) write(slot, candle);
    return slot >= 0;
  };

  const column = (field: Float64Array, n: number): Float64Array => {
    const copy = new Float64Array(n);
    const from = slotAt(size - n);
    const first = Math.min(n, capacity - from);
    copy.set(field.subarray(from, from + first));
    copy.set(field.subarray(0, n - first), first);
    return copy;
  };

  const kindOf = (slot: number) => volumeKinds[flags[slot]! >> 3]!;

  const candleAt = (slot: number): Candle => ({
    symbol,
    timeframe,
    openTime: openAt(slot),
    closeTime: closeAt(slot),
    open: open[slot]!,
    high: high[slot]!,
    low: low[slot]!,
    close: close[slot]!,
    volume: volume[slot]!,
    volumeKind: kindOf(slot),
    ticks: ticks[slot]!,
    complete: (flags[slot]! & 1) === 1,
    source: sources[(flags[slot]! >> 1) & 3]!,
    lateTicks: late[slot]!,
    longestSilenceMs: silence[slot]!,
    revision: revision[slot]!,
  });

  const lastSlots = (n: number): number[] => {
    const count = Math.min(n, size);
    return Array.from({ length: count }, (_, i) => slotAt(size - count + i));
  };

  return {
    size: () => size,
    push,
    revise,
    merge: (candles) => {
      for (const candle of candles) push(candle);
    },
    columns: (n = size) => {
      const count = Math.min(n, size);
      const kinds = new Set(lastSlots(count).map(kindOf));
      const [volumeKind = 'none'] = kinds;
      return {
        time: Float64Array.from(lastSlots(count), openAt),
        open: column(open, count),
        high: column(high, count),
        low: column(low, count),
        close: column(close, count),
        volume: column(volume, count),
        volumeKind: kinds.size > 1 ? 'mixed' : volumeKind,
      };
    },
    candles: (n = size) => lastSlots(n).map(candleAt),
    openTimes: () => lastSlots(size).map(openAt),
    coverage: (n, openMillis, completeOnly = false) => {
      const slots = lastSlots(n);
      const [oldest] = slots;
      const newest = slots.at(-1);
      if (oldest === undefined || newest === undefined) return 0;
      let covered = 0;
      for (const slot of slots) {
        if (completeOnly && (flags[slot]! & 1) === 0) continue;
        covered += openMillis(openAt(slot), closeAt(slot));
      }
      const total = openMillis(openAt(oldest), closeAt(newest));
      return total > 0 ? covered / total : 0;
    },
  };
}
