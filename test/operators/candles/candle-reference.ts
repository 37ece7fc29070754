import type { Tick } from '../../../schema/tick.ts';

const minute = 60_000;

/** What a minute should be, worked out from all of its ticks at once. */
export interface ReferenceMinute {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly ticks: number;
  readonly lateTicks: number;
  readonly complete: boolean;
  readonly silence: number;
}

/** Candles of ticks that all count, by sorting them. */
export function minutesOf(ticks: readonly Tick[]): ReferenceMinute[] {
  const groups = Map.groupBy(ticks, (tick) => Math.floor(tick.eventTime / minute) * minute);
  return [...groups.keys()]
    .toSorted((a, b) => a - b)
    .map((openTime) => minuteOf(openTime, groups.get(openTime)!, []));
}

/**
 * Candles of ticks in order of arrival, by the rules of the design: the watermark and the clock close minutes, what comes
 * later is counted, and a candle that a late tick would have changed is not complete.
 */
export function candlesByTheBook(ticks: readonly Tick[], start: number, graceMs: number): ReferenceMinute[] {
  const inTime = new Map<number, Tick[]>();
  const late = new Map<number, Tick[]>();
  const from = start - graceMs;
  let decided = Math.floor(from / minute) * minute;
  let highest = -Infinity;
  for (const tick of ticks) {
    // The clock closes what was due strictly before this tick came.
    decided = Math.max(decided, Math.floor((tick.receivedTime - graceMs - 1) / minute) * minute);
    if (tick.eventTime < from) continue;
    const list = tick.eventTime < decided ? late : inTime;
    const openTime = Math.floor(tick.eventTime / minute) * minute;
    list.set(openTime, [...(list.get(openTime) ?? []), tick]);
    if (tick.eventTime < decided) continue;
    highest = Math.max(highest, tick.eventTime);
    decided = Math.max(decided, Math.floor((highest - graceMs) / minute) * minute);
  }
  return [...inTime.keys()]
    .toSorted((a, b) => a - b)
    .map((openTime) => {
      return minuteOf(openTime, inTime.get(openTime)!, late.get(openTime) ?? [], openTime >= start);
    });
}

function minuteOf(
  openTime: number,
  ticks: readonly Tick[],
  late: readonly Tick[],
  isWhole = true,
): ReferenceMinute {
  const ordered = ticks.toSorted((a, b) => a.eventTime - b.eventTime);
  const prices = ordered.map((tick) => tick.price);
  const times = [openTime, ...ordered.map((tick) => tick.eventTime), openTime + minute];
  const candle = {
    openTime,
    open: prices[0]!,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: prices.at(-1)!,
    ticks: ticks.length,
    lateTicks: late.length,
    silence: Math.max(...times.slice(1).map((time, i) => time - times[i]!)),
  };
  const changed = late.some((tick) => {
    const all = [...ordered, tick].toSorted((a, b) => a.eventTime - b.eventTime);
    const { open, high, low, close } = candle;
    return tick.price > high || tick.price < low || all[0]!.price !== open || all.at(-1)!.price !== close;
  });
  return { ...candle, complete: isWhole && !changed };
}
