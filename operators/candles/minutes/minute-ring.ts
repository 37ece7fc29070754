import type { CandleColumns } from '../../../models/candle-columns.ts';
import type { Candle, VolumeKind } from '../../../schema/candle.ts';
import { packedColumns } from '../packed-columns.ts';
import { minuteMs } from '../../../schema/timeframe.ts';

const volumeKinds: readonly VolumeKind[] = ['traded', 'ticks', 'mixed', 'none'];
const known = 1;
const hasCandle = 2;
const fromRest = 4;
const kindShift = 4;

/** The closed minutes of one symbol that longer candles are folded from, one array a field. */
export interface MinuteRing {
  readonly capacity: number;
  /** Takes a minute's candle. `firstTick` and `lastTick` are event times, Unix ms. */
  readonly put: (candle: Candle, firstTick: number, lastTick: number) => void;
  /** Takes a whole minute as a provider gives it, without ticks. */
  readonly putBar: (minutes: CandleColumns, index: number) => void;
  /** Takes a minute without a candle: known to be so, or not. False where nothing changed. */
  readonly putNone: (openTime: number, isKnown: boolean) => boolean;
  readonly fold: (from: number, to: number, isOpen: (time: number) => boolean) => FoldedMinutes;
  /** Adds the minutes of `[from, to)` to those before. */
  readonly extend: (
    folded: FoldedMinutes,
    from: number,
    to: number,
    isOpen: (time: number) => boolean,
  ) => void;
}

/** Minutes of a window taken together; `ticks`-less and without a price where `candles` is 0. */
export interface FoldedMinutes {
  candles: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  volumeKind: VolumeKind;
  ticks: number;
  lateTicks: number;
  /** Every minute of market hours is known, whole. */
  complete: boolean;
  fromTicks: boolean;
  fromRest: boolean;
  longestSilenceMs: number;
  /** Event time of the last tick, or the window's open, Unix ms. */
  lastTick: number;
}

export function createMinuteRing(capacity: number): MinuteRing {
  const columns = packedColumns(capacity, { float64: 5, uint32: 2, uint16: 4, uint8: 1 });
  const open = columns.float64();
  const high = columns.float64();
  const low = columns.float64();
  const close = columns.float64();
  const volume = columns.float64();
  /** Minutes since 1970; 0 where a slot is free. */
  const numbers = columns.uint32();
  const ticks = columns.uint32();
  const late = columns.uint16();
  const silence = columns.uint16();
  const first = columns.uint16();
  const last = columns.uint16();
  const flags = columns.uint8();

  /** Slot of a minute to be written, or -1 where a newer one has taken it. */
  const claim = (openTime: number): number => {
    const number = Math.floor(openTime / minuteMs);
    const slot = number % capacity;
    if (numbers[slot]! > number) return -1;
    if (numbers[slot] !== number) flags[slot] = 0;
    numbers[slot] = number;
    return slot;
  };

  const add = (folded: FoldedMinutes, slot: number, openTime: number) => {
    const flag = flags[slot]!;
    if (folded.candles === 0) folded.open = open[slot]!;
    folded.candles++;
    if (high[slot]! > folded.high) folded.high = high[slot]!;
    if (low[slot]! < folded.low) folded.low = low[slot]!;
    folded.close = close[slot]!;
    addVolume(folded, volume[slot]!, volumeKinds[flag >> kindShift]!);
    folded.ticks += ticks[slot]!;
    folded.lateTicks += late[slot]!;
    if ((flag & fromRest) === 0) folded.fromTicks = true;
    else folded.fromRest = true;
    addSilence(folded, openTime + first[slot]!, openTime + last[slot]!, silence[slot]!);
  };

  const extend: MinuteRing['extend'] = (folded, from, to, isOpen) => {
    for (let at = from; at < to; at += minuteMs) {
      const number = Math.floor(at / minuteMs);
      const slot = number % capacity;
      const flag = numbers[slot] === number ? flags[slot]! : 0;
      if ((flag & known) === 0 && ((flag & hasCandle) !== 0 || isOpen(at))) folded.complete = false;
      if ((flag & hasCandle) !== 0) add(folded, slot, at);
    }
  };

  return {
    capacity,
    put: (candle, firstTick, lastTick) => {
      const slot = claim(candle.openTime);
      if (slot < 0) return;
      open[slot] = candle.open;
      high[slot] = candle.high;
      low[slot] = candle.low;
      close[slot] = candle.close;
      volume[slot] = candle.volume;
      ticks[slot] = candle.ticks;
      late[slot] = Math.min(candle.lateTicks, 65_535);
      silence[slot] = candle.longestSilenceMs;
      first[slot] = firstTick - candle.openTime;
      last[slot] = lastTick - candle.openTime;
      flags[slot] =
        hasCandle |
        (candle.complete ? known : 0) |
        (candle.source === 'rest' ? fromRest : 0) |
        (volumeKinds.indexOf(candle.volumeKind) << kindShift);
    },
    putBar: (minutes, index) => {
      const slot = claim(minutes.time[index]!);
      if (slot < 0) return;
      open[slot] = minutes.open[index]!;
      high[slot] = minutes.high[index]!;
      low[slot] = minutes.low[index]!;
      close[slot] = minutes.close[index]!;
      volume[slot] = minutes.volume[index]!;
      ticks[slot] = 0;
      late[slot] = 0;
      silence[slot] = 0;
      first[slot] = 0;
      last[slot] = minuteMs;
      flags[slot] = hasCandle | known | fromRest | (volumeKinds.indexOf(minutes.volumeKind) << kindShift);
    },
    putNone: (openTime, isKnown) => {
      const slot = claim(openTime);
      if (slot < 0 || (flags[slot]! & hasCandle) !== 0) return false;
      const flag = isKnown ? known : 0;
      if (flags[slot] === flag) return false;
      flags[slot] = flag;
      return true;
    },
    fold: (from, to, isOpen) => {
      const folded = nothing(from);
      extend(folded, from, to, isOpen);
      return folded;
    },
    extend,
  };
}

function nothing(from: number): FoldedMinutes {
  return {
    candles: 0,
    open: NaN,
    high: -Infinity,
    low: Infinity,
    close: NaN,
    volume: 0,
    volumeKind: 'none',
    ticks: 0,
    lateTicks: 0,
    complete: true,
    fromTicks: false,
    fromRest: false,
    longestSilenceMs: 0,
    lastTick: from,
  };
}

/** Volumes of different kinds do not add up: the sum of a mixed window means nothing, and is marked `mixed`. */
function addVolume(folded: FoldedMinutes, volume: number, kind: VolumeKind): void {
  folded.volumeKind = folded.candles <= 1 ? kind : folded.volumeKind === kind ? kind : 'mixed';
  folded.volume += volume;
}

/** Adds a minute's ticks, in order: the silence between its first and the last one before, and its own. */
function addSilence(folded: FoldedMinutes, firstTick: number, lastTick: number, own: number): void {
  // A minute's own silence may be that at its edges, which goes on in its neighbours.
  folded.longestSilenceMs = Math.max(folded.longestSilenceMs, own, firstTick - folded.lastTick);
  folded.lastTick = lastTick;
}
