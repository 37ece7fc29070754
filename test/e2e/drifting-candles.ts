import type { CandleCompleteAnswer } from '../../schema/analyze.ts';

/** 250 one-minute candles that end at `price`, the last closing at `closeTime`, with a drift in their last third. */
function driftingCandles(way: 1 | -1, price: number, closeTime: number): object[] {
  let [close, state] = [100, 7];
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const bars = Array.from({ length: 250 }, (_, i) => {
    const open = close;
    close *= Math.exp(way * (0.004 * (random() - 0.5) + (i > 170 ? 0.0008 : 0)));
    const [high, low] = [Math.max(open, close) * 1.0005, Math.min(open, close) * 0.9995];
    return { open, high, low, close, volume: 1 + random() };
  });
  const scale = price / close;
  return bars.map(({ open, high, low, close, volume }, i) => ({
    time: closeTime - (250 - i) * 60_000,
    open: open * scale,
    high: high * scale,
    low: low * scale,
    close: close * scale,
    volume,
  }));
}

/** Posts candles that the model answers with a BUY (`way` 1) or a SELL, as an outside source of candles would. The signal's id, null if none came of it. */
export async function postCandles(
  url: string,
  key: string,
  post: { symbol: string; way: 1 | -1; price: number; closeTime: number },
): Promise<string | null> {
  const response = await fetch(`${url}/api/candle-complete`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({
      symbol: post.symbol,
      timeframe: '1min',
      candles: driftingCandles(post.way, post.price, post.closeTime),
    }),
  });
  const answer = (await response.json()) as CandleCompleteAnswer;
  return answer.status === 'success' ? answer.signal_id : null;
}
