import type { CandleColumns } from '../candle-columns.ts';
import type { Discontinuity } from './discontinuity.ts';

/** Why a window with a break in it makes no call: a sentence for people, which names the candle by its open in UTC. */
export function discontinuityReason({ kind, bar, size }: Discontinuity, { time }: CandleColumns): string {
  const at = new Date(time[bar]!);
  const when = Number.isNaN(at.getTime()) ? `candle ${bar + 1}` : at.toISOString().slice(0, 16) + 'Z';
  const percent = (100 * Math.expm1(size)).toPrecision(3);
  const reasons: Record<Discontinuity['kind'], string> = {
    step: `Jump in the price at ${when}, by a factor of ${Math.exp(size).toPrecision(3)}: a split, another unit or a wrong price, so the candles before and after it are not of one market.`,
    print: `Doubtful close at ${when}: it stands ${percent} % beyond its own open and the next candle's, and no price around it confirms it.`,
    apart: `Doubtful candle at ${when}: the price jumped ${percent} % or more onto it and back off it or the few after it, and traded nowhere between.`,
    unconfirmed: `The last close has moved ${percent} % at once, far beyond this window's usual moves: the next candle must confirm it.`,
    still: `${Math.round(100 * size)} % of the closes repeat the one before: the price hardly moves, so no usual move is known.`,
    frozen: `The price stood still for ${size} candles up to ${when}: no feed of a market does, so no usual move is known.`,
  };
  return reasons[kind];
}
