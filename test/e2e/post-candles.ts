import type { CandleCompleteAnswer } from '../../schema/analyze.ts';
import { callingCandles } from '../support/calling-candles.ts';

/**
 * Posts 5min candles on which the model calls a direction, scaled to end at `price`, as an outside source of candles would. The
 * signal's id, null if none came of it. `closeTime` is a whole second, Unix ms, and need not be on the grid.
 */
export async function postCandles(
  url: string,
  key: string,
  post: { symbol: string; direction: 'BUY' | 'SELL'; price: number; closeTime: number },
): Promise<string | null> {
  const { symbol, direction, price, closeTime } = post;
  const rows = callingCandles('5min', { direction, closeTime });
  const scale = price / rows.at(-1)!.close;
  const candles = rows.map(({ time, open, high, low, close }) => ({
    time,
    open: open * scale,
    high: high * scale,
    low: low * scale,
    close: close * scale,
  }));
  const response = await fetch(`${url}/api/candle-complete`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ symbol, timeframe: '5min', candles }),
  });
  const answer = (await response.json()) as CandleCompleteAnswer;
  return answer.status === 'success' ? answer.signal_id : null;
}
