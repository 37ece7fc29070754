import { createMarkets } from '../../app/markets.ts';
import type { SpacedCandles } from './spaced-candles.ts';

const day = 86_400_000;
/** A few candles at the edges of a session prove nothing. */
const NOTABLE = 0.01;

/**
 * A line that warns where more than 1 % of the candles open while the symbol's market is closed: the zone is wrong, or the symbol. None of
 * days, which open at midnight whatever the market.
 */
export function closedHours({ time, spacingMs }: SpacedCandles, symbol: string): string[] {
  if (spacingMs >= day) return [];
  const { isOpen } = createMarkets({ alignment: 'utc', pairsNeverClose: false }).of(symbol);
  let closed = 0;
  for (const at of time) if (!isOpen(at)) closed++;
  if (closed <= NOTABLE * time.length) return [];
  return [
    `  closed        ${closed.toLocaleString('en')} candles open while the market of ${symbol} is closed: are --zone and --symbol right?`,
  ];
}
