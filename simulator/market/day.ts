import type { Listing } from '../listing.ts';
import { keyedRandom, normal, type Random } from '../random.ts';

const minutesPerDay = 1440;
export const dayMs = 86_400_000;

/** The minutes of one UTC day as columns. `ticks` 0: no trade in that minute. */
export interface Day {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** Traded since the day's first open minute, up to and including this one. */
  readonly volumeSoFar: Float64Array;
  readonly ticks: Uint16Array;
}

interface Regime {
  readonly drift: number;
  readonly volatility: number;
}

/** Per-minute drift and volatility, in units of the listing's own volatility of a minute. */
const regimes: readonly Regime[] = [
  { drift: 0, volatility: 0.6 },
  { drift: 0.09, volatility: 1.15 },
  { drift: -0.09, volatility: 1.15 },
];
/** Chance that a minute leaves its regime: a regime lasts 40 minutes on average. */
const leave = 1 / 40;
/** Share of minutes in which a pair that trades by quotes alone has no tick. */
const quiet = 0.002;
/** Persistence of the day-to-day level: a price drifts for weeks, and still stays near its level for ever. */
const persistence = 0.95;
const memoryDays = 60;

/**
 * Draws one day: a Markov chain of regimes moves the price, and a bridge ties the day to the level of the next midnight.
 * A pure function of its arguments, so that any day can be drawn without the days before it.
 */
export function drawDay(seed: number, listing: Listing, day: number, isOpen: (time: number) => boolean): Day {
  const random = keyedRandom(seed, listing.symbol, 'day', day);
  const steps = drawSteps(random, listing.dailyVolatility / Math.sqrt(minutesPerDay));
  const start = levelAt(seed, listing, day);
  const end = levelAt(seed, listing, day + 1);
  const walked = steps.moves.reduce((sum, move) => sum + move, 0);
  const pull = (end - start - walked) / minutesPerDay;
  const columns = emptyDay();
  let from = start;
  let traded = 0;
  for (let i = 0; i < minutesPerDay; i++) {
    const to = from + steps.moves[i]! + pull;
    const trades = isOpen(day * dayMs + i * 60_000);
    drawMinute(random, listing, columns, i, from, to, steps.volatilities[i]!, trades);
    traded = trades ? traded + columns.volume[i]! : 0;
    columns.volumeSoFar[i] = traded;
    from = to;
  }
  return columns;
}

function emptyDay(): Day {
  const column = () => new Float64Array(minutesPerDay);
  return {
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    volumeSoFar: column(),
    ticks: new Uint16Array(minutesPerDay),
  };
}

function drawSteps(random: Random, perMinute: number) {
  const moves = new Float64Array(minutesPerDay);
  const volatilities = new Float64Array(minutesPerDay);
  let regime = Math.floor(random() * 3);
  for (let i = 0; i < minutesPerDay; i++) {
    if (random() < leave) regime = (regime + 1 + Math.floor(random() * 2)) % 3;
    const { drift, volatility } = regimes[regime]!;
    volatilities[i] = volatility * perMinute;
    moves[i] = drift * perMinute + volatility * perMinute * normal(random);
  }
  return { moves, volatilities };
}

/** Log price at a midnight: a moving average of daily shocks. */
function levelAt(seed: number, listing: Listing, day: number): number {
  let sum = 0;
  let weight = listing.dailyVolatility;
  for (let back = 0; back < memoryDays; back++, weight *= persistence) {
    sum += weight * dailyShock(seed, listing.symbol, day - back);
  }
  return Math.log(listing.level) + sum;
}

const dailyShock = (seed: number, symbol: string, day: number) =>
  normal(keyedRandom(seed, symbol, 'shock', day));

function drawMinute(
  random: Random,
  listing: Listing,
  day: Day,
  i: number,
  from: number,
  to: number,
  volatility: number,
  trades: boolean,
): void {
  const { decimals, ticksPerMinute, volumePerMinute, assetClass } = listing;
  const open = from + 0.05 * volatility * normal(random);
  const isQuiet = random() < quiet && (assetClass === 'forex' || assetClass === 'metal');
  const ticks = Math.max(1, Math.round(ticksPerMinute * (0.6 + 0.8 * random())));
  day.ticks[i] = !trades || isQuiet ? 0 : ticks;
  day.open[i] = round(Math.exp(open), decimals);
  day.close[i] = round(Math.exp(to), decimals);
  // Extremes of a Brownian bridge from open to close.
  const gap = (to - open) ** 2;
  const reach = () => Math.sqrt(gap - 2 * volatility * volatility * Math.log(1 - random()));
  const high = round(Math.exp((open + to + reach()) / 2), decimals);
  const low = round(Math.exp((open + to - reach()) / 2), decimals);
  day.high[i] = Math.max(high, day.open[i], day.close[i]);
  day.low[i] = Math.min(low, day.open[i], day.close[i]);
  const busy = 1 + Math.abs(to - from) / (volatility + 1e-12);
  const volume = volumePerMinute * (0.3 - 0.7 * Math.log(1 - random())) * busy * 0.5;
  day.volume[i] = day.ticks[i] === 0 ? 0 : round(volume, assetClass === 'equity' ? 0 : 4);
}

/** To so many decimals. */
export function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
