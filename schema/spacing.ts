import { type Timeframe, timeframeMs, timeframes } from './timeframe.ts';

const hour = 3_600_000;
/** Twice a year a spacing of a local grid is an hour shorter or longer; a window of a year of days contains two. */
const mostShifts = 2;
/** In a thin market most spacings are longer than the timeframe, and the most common one is random. */
const leastShare = 0.1;

/** The timeframe that sorted times (Unix ms) can be of: the commonest spacing, else the shortest that fits; undefined where none does. */
export function timeframeOf(times: readonly number[]): Timeframe | undefined {
  const spacings = spacingsOf(times);
  const commonest = commonestOf(spacings);
  const fits = (candidate: Timeframe) => misfitOf(spacings, timeframeMs[candidate]) === undefined;
  return timeframes.find((one) => timeframeMs[one] === commonest) ?? timeframes.find(fits);
}

/**
 * Why sorted open times (Unix ms) are not those of a timeframe's candles; undefined where they can be. A tenth of the spacings at least
 * must be the timeframe. A longer one is a gap: a night, a weekend, a holiday, a market without trades. A shorter one is two
 * candles that overlap, except behind a gap, where a session that begins off the grid has a short first candle, and where the
 * local time of a grid of 2 h or more has shifted.
 */
export function spacingProblem(
  times: readonly number[],
  timeframe: Timeframe | undefined,
): string | undefined {
  const spacings = spacingsOf(times);
  const misfit = timeframe === undefined ? 'rare' : misfitOf(spacings, timeframeMs[timeframe]);
  if (misfit === undefined) return undefined;
  if (misfit !== 'rare')
    return `are ${timeframe} apart, but ${iso(times[misfit + 1]!)} is only ${inWords(spacings[misfit]!)} behind the one before`;
  const commonest = inWords(commonestOf(spacings));
  return timeframe === undefined
    ? `is not given, and candles ${commonest} apart are of no timeframe; it must be one of ${timeframes.join(', ')}`
    : `are ${commonest} apart, which is no ${timeframe}: give the timeframe that they are of`;
}

/** The index of the first spacing that candles `length` ms apart cannot have; `rare` where too few are `length`. */
function misfitOf(spacings: readonly number[], length: number): number | 'rare' | undefined {
  let equal = 0;
  for (const spacing of spacings) if (spacing === length) equal++;
  if (equal < leastShare * spacings.length) return 'rare';
  let shifts = 0;
  for (const [i, spacing] of spacings.entries()) {
    if (spacing >= length) continue;
    const isBehindGap = i === 0 || spacings[i - 1]! > length;
    if (isBehindGap) continue;
    const isShift = length >= 2 * hour && spacing === length - hour;
    if (isShift && ++shifts <= mostShifts) continue;
    return i;
  }
  return undefined;
}

const spacingsOf = (times: readonly number[]) => times.slice(1).map((time, i) => time - times[i]!);

/** The commonest, the shortest of equals; NaN of none. */
export function commonestOf(spacings: Iterable<number>): number {
  const counts = new Map<number, number>();
  for (const spacing of spacings) counts.set(spacing, (counts.get(spacing) ?? 0) + 1);
  let [commonest, most] = [Number.NaN, 0];
  for (const [spacing, count] of counts) {
    if (count > most || (count === most && spacing < commonest)) [commonest, most] = [spacing, count];
  }
  return commonest;
}

const units = [
  ['d', 86_400_000],
  ['h', hour],
  ['min', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** 5_400_000 as `1 h 30 min`. */
export function inWords(ms: number): string {
  let rest = ms;
  const parts = units.flatMap(([unit, length]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return count > 0 ? `${count} ${unit}` : [];
  });
  return parts.join(' ');
}

const iso = (time: number): string => new Date(time).toISOString();
