import { clockOf, midnight, paddedClock } from './parse-clock.ts';

/** What a cell says of a time. */
export interface CellTime {
  /** Unix ms; where no zone is given, ms as if the local time were UTC. */
  time: number;
  /** The other reading, month first, of a date as 03/04/2024; else the same. */
  monthFirst: number;
  /** Is `time` UTC by the cell itself? */
  zoned: boolean;
  /** Unix time: of which unit. */
  unit: EpochUnit | null;
  /** Has it a time of day, or is it a day alone? */
  clock: boolean;
}

export type EpochUnit = 's' | 'ms' | 'µs' | 'ns';

const epochs: readonly [digits: readonly number[], unit: EpochUnit, perMs: number][] = [
  [[9, 10], 's', 0.001],
  [[12, 13], 'ms', 1],
  [[15, 16], 'µs', 1e3],
  [[18, 19], 'ns', 1e6],
];
const number = /^(\d+)(?:\.\d+)?$/;
const yearFirst = /^(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?:$|[T ,_]+)/;
const compact = /^(\d{4})(\d{2})(\d{2})(?:$|[T ]?(?=\d{4}(?:\d{2})?(?:$|\D))|T$|[T ](?=\d))/;
const yearLast = /^(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{2})(?:$|[T ,]+)/;
const named =
  /^(?:[a-z]{3},? )?(?:(\d{1,2})[- ]([a-z]{3})[a-z]*[- ,]+|([a-z]{3})[a-z]*\.? (\d{1,2}),? )(\d{4}|\d{2})(?:$|[T ,]+)/i;
const months = 'janfebmaraprmayjunjulaugsepoctnovdec';
/** Indices are known since then. */
const from = Date.UTC(1800, 0, 1);
const to = Date.UTC(2100, 0, 1);

/**
 * The time of a cell, or of a cell of a date and one of a time of day; null where it is none. Unix time in any unit, ISO, `2024.01.02 00:00`,
 * `02.01.2024 00:00:00.000 GMT+0100`, `20240102 000000`, `01/02/2024 9:30 AM`, `Jan 02, 2024`. Years 1800 to 2099.
 */
export function parseTime(cell: string, clockCell?: string): CellTime | null {
  if (clockCell === undefined) {
    const epoch = epochOf(cell);
    if (epoch !== null) return epoch;
  }
  const text = clockCell === undefined ? cell : `${cell} ${paddedClock(clockCell)}`;
  return dateOf(text.includes('  ') ? text.replaceAll(/ +/g, ' ') : text);
}

function epochOf(cell: string): CellTime | null {
  const digits = number.exec(cell)?.[1];
  if (digits === undefined) return null;
  const found = epochs.find(([lengths]) => lengths.includes(digits.length));
  // 202401020930 is a date as well as a time of 1976.
  if (found === undefined || (digits.length === 12 && dateOf(digits) !== null)) return null;
  const time = Math.round(Number(cell) / found[2]);
  return time >= from && time < to
    ? { time, monthFirst: time, zoned: true, unit: found[1], clock: true }
    : null;
}

function dateOf(text: string): CellTime | null {
  const date = yearFirstOf(text) ?? yearLastOf(text) ?? namedOf(text);
  if (date === null) return null;
  const rest = text.slice(date.length);
  const clock = rest === '' || rest === 'T' ? midnight : clockOf(rest);
  if (clock === null) return null;
  const time = date.dayFirst + clock.ms;
  const monthFirst = date.monthFirst + clock.ms;
  if (!isKnown(time) && !isKnown(monthFirst)) return null;
  return { time, monthFirst, zoned: clock.zoned, unit: null, clock: clock !== midnight };
}

const isKnown = (time: number): boolean => time >= from && time < to;

interface FoundDate {
  readonly length: number;
  /** NaN where the text has no such reading. */
  readonly dayFirst: number;
  readonly monthFirst: number;
}

function yearFirstOf(text: string): FoundDate | null {
  const separated = yearFirst.exec(text);
  const found = separated ?? compact.exec(text);
  if (found === null) return null;
  const [month, day] = separated ? [separated[3], separated[4]] : [found[2], found[3]];
  const time = dayOf(found[1], month, day);
  return { length: found[0].length, dayFirst: time, monthFirst: time };
}

function yearLastOf(text: string): FoundDate | null {
  const found = yearLast.exec(text);
  if (found === null) return null;
  const [all, a, sign, b, year] = found;
  const dayFirst = dayOf(year, b, a);
  // With points the day comes first.
  return { length: all.length, dayFirst, monthFirst: sign === '.' ? dayFirst : dayOf(year, a, b) };
}

function namedOf(text: string): FoundDate | null {
  const found = named.exec(text);
  if (found === null) return null;
  const [all, dayBefore, nameAfter, nameBefore, dayAfter, year] = found;
  const month = months.indexOf((nameAfter ?? nameBefore)!.toLowerCase());
  if (month < 0 || month % 3 !== 0) return null;
  const time = dayOf(year, String(month / 3 + 1), dayBefore ?? dayAfter);
  return { length: all.length, dayFirst: time, monthFirst: time };
}

/** Midnight of a day, as if UTC; NaN where there is no such day. */
function dayOf(yearText = '', monthText = '', dayText = ''): number {
  const short = yearText.length === 2 ? Number(yearText) : undefined;
  const year = short === undefined ? Number(yearText) : short + (short < 70 ? 2000 : 1900);
  const [month, day] = [Number(monthText), Number(dayText)];
  const isDay =
    month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
  return isDay ? Date.UTC(year, month - 1, day) : Number.NaN;
}
