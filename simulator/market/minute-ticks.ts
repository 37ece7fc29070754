import { round, type Day } from './day.ts';
import type { Listing } from '../listing.ts';
import type { MarketTick } from './market.ts';
import { keyedRandom, type Random } from '../random.ts';

/**
 * Draws the ticks of one minute such that their fold is exactly the minute's bar: the first is the open, the last the
 * close, one touches the high, one the low, and none leaves the range. About every fifth has bid and ask.
 */
export function minuteTicks(
  seed: number,
  listing: Listing,
  day: Day,
  i: number,
  openTime: number,
): MarketTick[] {
  const random = keyedRandom(seed, listing.symbol, 'minute', openTime);
  const [low, high] = [day.low[i]!, day.high[i]!];
  const { knots, count } = knotsOf(random, day, i);
  const soFar = day.volumeSoFar[i]! - day.volume[i]!;
  const ticks: MarketTick[] = [];
  for (let n = 0, knot = 0; n < count; n++) {
    while (knot < 2 && n > knots[knot + 1]![0]) knot++;
    const [fromAt, from] = knots[knot]!;
    const [toAt, to] = knots[knot + 1]!;
    const isKnot = n === fromAt || n === toAt;
    const straight = from + ((to - from) * (n - fromAt)) / (toAt - fromAt);
    const wiggled = isKnot ? straight : straight + (random() - 0.5) * 0.3 * (high - low);
    const price = n === toAt ? to : n === fromAt ? from : clamp(round(wiggled, listing.decimals), low, high);
    const time = openTime + Math.floor(((n + random() * 0.999) * 60_000) / count);
    const hasQuote = random() < 0.2;
    ticks.push({
      time,
      price,
      ...(hasQuote && {
        bid: round(price - listing.halfSpread, listing.decimals),
        ask: round(price + listing.halfSpread, listing.decimals),
      }),
      ...(listing.assetClass === 'equity' && {
        dayVolume: Math.round(soFar + (day.volume[i]! * (n + 1)) / count),
      }),
    });
  }
  return ticks;
}

/** The four of those ticks that make the bar, without the others: open, both extremes in their order, close. None in a quiet minute. */
export function minuteTurns(
  seed: number,
  listing: Listing,
  day: Day,
  i: number,
  openTime: number,
): MarketTick[] {
  const { knots, count } = knotsOf(keyedRandom(seed, listing.symbol, 'minute', openTime), day, i);
  return count === 0
    ? []
    : knots.map(([at, price]) => ({ time: openTime + Math.floor(((at + 0.5) * 60_000) / count), price }));
}

/** Which of a minute's ticks are at its open, high, low and close. Draws twice. */
function knotsOf(random: Random, day: Day, i: number) {
  // Open, both extremes and the close need a tick each.
  const count = day.ticks[i] === 0 ? 0 : Math.max(4, day.ticks[i]!);
  const middle = count - 2;
  const highAt = 1 + Math.floor(random() * middle);
  const lowAt = 1 + ((highAt - 1 + 1 + Math.floor(random() * (middle - 1))) % middle);
  const extremes: [at: number, price: number][] = [
    [highAt, day.high[i]!],
    [lowAt, day.low[i]!],
  ];
  const knots: [at: number, price: number][] = [
    [0, day.open[i]!],
    ...(highAt < lowAt ? extremes : extremes.toReversed()),
    [count - 1, day.close[i]!],
  ];
  return { knots, count };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
