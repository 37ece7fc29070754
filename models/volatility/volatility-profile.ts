/** Changes whenever the same bars would give another profile. */
const PROFILE_VERSION = 1;
/** Half hours of the UTC day. */
export const SLOTS = 48;

/** How a market's volatility depends on the time of day: plain numbers, part of an analysis' input and of its lineage. */
export interface VolatilityProfile {
  version: number;
  /** Length of a bar, ms. */
  barMs: number;
  /** 48: mean squared return of the bars that open in each half hour of the UTC day, over that of all bars; 0 where the market is closed. */
  slots: number[];
}

/** What the bars so far have taught: a fixed number of numbers, whatever the number of bars. */
export interface ProfileMemory {
  readonly barMs: number;
  /** Squared returns and their number by slot, both forgotten by half in 20 visits of a day each. */
  readonly sums: Float64Array;
  readonly counts: Float64Array;
  /** Mean squared return of about the last 500 bars, each as it was counted. */
  usual: number;
  bars: number;
  /** Open of the first and the last bar, Unix ms, and the last close. */
  first: number;
  last: number;
  close: number;
}

const DAY = 86_400_000;
/** Days of history worth reading: what is older hardly counts. */
export const PROFILE_DAYS = 40;
const SLOT = DAY / SLOTS;
/** Days of history before there is a profile. */
const LEAST_DAYS = 5;
/** Days after which a bar counts half: hours of other markets move with summer time. */
const HALF_LIFE_DAYS = 20;
/** A squared return counts at most so many usual ones: a release is no habit. */
const MOST_USUALS = 25;
const USUAL_BARS = 500;
/** Days' worth of bars of the usual size that every slot starts with. */
const PRIOR_DAYS = 3;
/** A slot with less than this share of the busiest one's bars is closed. */
const OPEN_SHARE = 0.1;

/** Nothing learned yet of bars of this length. */
export function profileMemory(barMs: number): ProfileMemory {
  return {
    barMs,
    sums: new Float64Array(SLOTS),
    counts: new Float64Array(SLOTS),
    usual: 0,
    bars: 0,
    first: Number.NaN,
    last: Number.NaN,
    close: Number.NaN,
  };
}

/** Takes in a closed bar: O(1). One that opens no later than the last one changes nothing. time: of the open, Unix ms. close: > 0. */
export function learnBar(memory: ProfileMemory, time: number, close: number): void {
  if (time <= memory.last || !(close > 0 && close < Infinity)) return;
  if (memory.bars > 0) {
    const square = Math.log(close / memory.close) ** 2;
    const counted =
      memory.bars > 1 && memory.usual > 0 ? Math.min(square, MOST_USUALS * memory.usual) : square;
    memory.usual += (counted - memory.usual) / Math.min(memory.bars, USUAL_BARS);
    const slot = slotOf(time);
    const kept = 0.5 ** (1 / (HALF_LIFE_DAYS * barsOfSlot(memory.barMs)));
    memory.sums[slot] = memory.sums[slot]! * kept + counted;
    memory.counts[slot] = memory.counts[slot]! * kept + 1;
  } else memory.first = time;
  memory.bars++;
  memory.last = time;
  memory.close = close;
}

/** What has been learned, or undefined before five days of it, of bars of a day or more, and of a market that never moved. */
export function profileOf(memory: ProfileMemory): VolatilityProfile | undefined {
  const { barMs, sums, counts, first, last } = memory;
  if (barMs >= DAY || !(last + barMs - first >= LEAST_DAYS * DAY)) return undefined;
  let squares = 0;
  let bars = 0;
  let busiest = 0;
  for (let slot = 0; slot < SLOTS; slot++) {
    squares += sums[slot]!;
    bars += counts[slot]!;
    busiest = Math.max(busiest, counts[slot]!);
  }
  if (!(squares > 0)) return undefined;
  const prior = PRIOR_DAYS * barsOfSlot(barMs);
  const usual = squares / bars;
  return {
    version: PROFILE_VERSION,
    barMs,
    slots: Array.from({ length: SLOTS }, (_, slot) => {
      const n = counts[slot]!;
      if (n < OPEN_SHARE * busiest) return 0;
      // Six places: the profile travels with every decision.
      return Number(((sums[slot]! / usual + prior) / (n + prior)).toPrecision(6));
    }),
  };
}

export function slotOf(time: number): number {
  return Math.floor((time % DAY) / SLOT);
}

/** Bars that open in a slot on a day; of bars longer than a slot one, on the slots where they open. */
const barsOfSlot = (barMs: number): number => Math.max(1, SLOT / barMs);
