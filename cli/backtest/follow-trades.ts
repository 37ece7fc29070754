import type { Outcome } from '../../schema/signal.ts';
import { createTradeBook } from '../../operators/signals/outcomes/trade-book.ts';
import { openTrade } from '../../operators/signals/outcomes/outcomes.ts';
import type { SpacedCandles } from '../candles/spaced-candles.ts';

/** Levels that are followed. Times Unix ms: entered at the close of a bar, given up at the end of the horizon. */
export interface FollowedLevels {
  readonly direction: 1 | -1;
  readonly entry: number;
  readonly tp: number;
  readonly sl: number;
  readonly from: number;
  readonly expiresAt: number;
}

/**
 * How levels end on the candles after their entry, minutes at best, in the server's own trade book: at TP, at SL, or at the close of the last candle
 * before the end of their horizon, whatever time without trades lies between. Undefined where the data end before either. Who counts them takes
 * only those whose horizon the data reach: near the end the ones that met a level early would count and the others would not.
 *
 * followed: in the order of their entries.
 */
export function followTrades(
  minutes: SpacedCandles,
  followed: readonly FollowedLevels[],
): (Outcome | undefined)[] {
  const { time, open, high, low, close, spacingMs } = minutes;
  const outcomes: (Outcome | undefined)[] = followed.map(() => undefined);
  const book = createTradeBook({ patienceMs: 0 });
  const keep = (ended: ReturnType<typeof book.expire>): void => {
    for (const { trade, outcome } of ended) outcomes[Number(trade.id)] = outcome;
  };
  let next = 0;
  for (let m = 0; m < time.length; m++) {
    const openTime = time[m]!;
    for (; next < followed.length && followed[next]!.from <= openTime; next++)
      book.add(openTrade({ id: String(next), ...followed[next]!, cost: 0 }));
    if (book.size === 0) continue;
    const bar = { openTime, open: open[m]!, high: high[m]!, low: low[m]!, close: close[m]! };
    keep(book.bars([bar], spacingMs, every));
  }
  for (; next < followed.length; next++)
    book.add(openTrade({ id: String(next), ...followed[next]!, cost: 0 }));
  keep(book.expire(dataEnd(minutes)));
  return outcomes;
}

/** What came before it is known. Unix ms. */
export const dataEnd = ({ time, spacingMs }: SpacedCandles): number =>
  time.length === 0 ? 0 : time.at(-1)! + spacingMs;

const every = (): boolean => true;
