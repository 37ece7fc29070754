import { round, type Day } from './day.ts';
import type { Listing } from '../listing.ts';
import type { MarketTick } from './market.ts';
import { keyedRandom } from '../random.ts';

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
  const open = day.open[i]!;
  const close = day.close[i]!;
  const [low, high] = [day.low[i]!, day.high[i]!];
  // Open, both extremes and the close need a tick each.
  const count = day.ticks[i] === 0 ? 0 : Math.max(4, day.ticks[i]!);
  const middle = count - 2;
  const highAt = 1 + Math.floor(random() * middle);
  const lowAt = 1 + ((highAt - 1 + 1 + Math.floor(random() * (middle - 1))) % middle);
  const knots: [at: number, price: number][] =
    highAt < lowAt
      ? [
          [0, open],
          [highAt, high],
          [lowAt, low],
          [count - 1, close],
        ]
      : [
          [0, open],
          [lowAt, low],
          [highAt, high],
          [count - 1, close],
        ];
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

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
