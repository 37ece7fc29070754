import type { CandleColumns } from '../../../models/candle-columns.ts';
import { DataError } from '../../command.ts';
import type { Layout } from '../layout/layout.ts';
import type { LeftOut } from '../rows/left-out.ts';
import { localZone, type LocalZone } from './local-zone.ts';
import { countFalls } from '../rows/order-candles.ts';

/** In which zone the times of a file were understood, and why. */
export interface Placed {
  readonly zone: string;
  readonly reason: string;
}

/**
 * The reading of the times of a file: day first or month first. NaN stands for a time that has no such reading. Throws a DataError where
 * both are possible.
 */
export function chooseOrder(dayFirst: Float64Array, monthFirst: Float64Array): Float64Array {
  const isWhole = (times: Float64Array) => !times.some(Number.isNaN);
  if (!isWhole(monthFirst)) return whole(dayFirst);
  if (!isWhole(dayFirst)) return monthFirst;
  const differs = dayFirst.findIndex((time, i) => time !== monthFirst[i]);
  if (differs < 0) return dayFirst;
  const isSorted = (times: Float64Array) => [0, times.length - 1].includes(countFalls(times));
  if (isSorted(dayFirst) !== isSorted(monthFirst)) return isSorted(dayFirst) ? dayFirst : monthFirst;
  const [a, b] = [dayFirst, monthFirst].map((times) => new Date(times[differs]!).toISOString().slice(0, 10));
  throw new DataError(
    `whether the dates mean ${a} or ${b} cannot be told: write them as ${a!.slice(0, 4)}-mm-dd`,
  );
}

function whole(times: Float64Array): Float64Array {
  if (times.some(Number.isNaN)) throw new DataError('some dates have the day first, others the month');
  return times;
}

/** Times as instants, without those that do not exist in their zone. */
export interface Instants extends Placed {
  readonly time: Float64Array;
  readonly lines: Float64Array;
  /** The rows of other columns that have a time. */
  readonly only: (columns: Omit<CandleColumns, 'volumeKind'>) => Omit<CandleColumns, 'volumeKind'>;
}

/** Unix ms of local times, in the order of the file. line: of each. */
export function toInstants(
  local: Float64Array,
  line: Float64Array,
  options: {
    readonly isZoned: boolean;
    readonly layout: Pick<Layout, 'zone'>;
    readonly zone: LocalZone | undefined;
    readonly leftOut: LeftOut;
  },
): Instants {
  const { isZoned, layout, leftOut } = options;
  if (isZoned)
    return {
      zone: 'UTC',
      reason: 'by the times themselves',
      time: local,
      lines: line,
      only: (columns) => columns,
    };
  const stated = layout.zone === null ? undefined : localZone(layout.zone.name);
  const zone = options.zone ?? stated ?? localZone('UTC')!;
  const reason =
    options.zone !== undefined
      ? 'by --zone'
      : stated !== undefined
        ? layout.zone!.reason
        : 'not stated in the file: --zone says another';
  const time = new Float64Array(local.length);
  let before = Number.NaN;
  for (const [i, shown] of local.entries()) {
    const [first = Number.NaN, second] = zone.instants(shown);
    time[i] = second === undefined ? first : nearest(first, second, before);
    if (Number.isNaN(first)) leftOut.count('noSuchTime', line[i]!);
    else before = time[i]!;
  }
  if (!time.some(Number.isNaN))
    return { zone: zone.name, reason, time, lines: line, only: (columns) => columns };
  const keep = (values: Float64Array): Float64Array => values.filter((_, i) => !Number.isNaN(time[i]!));
  const only: Instants['only'] = (columns) => ({
    time: columns.time.length === time.length ? keep(columns.time) : columns.time,
    open: keep(columns.open),
    high: keep(columns.high),
    low: keep(columns.low),
    close: keep(columns.close),
    volume: keep(columns.volume),
  });
  return { zone: zone.name, reason, time: keep(time), lines: keep(line), only };
}

/** Of the two instants at which clocks that are set back show a time, the one beside the row before; not that row's own. */
function nearest(first: number, second: number, before: number): number {
  if (Number.isNaN(before)) return first;
  const distance = (time: number) => (time === before ? Infinity : Math.abs(time - before));
  return distance(second) < distance(first) ? second : first;
}
