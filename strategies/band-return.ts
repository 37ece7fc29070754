import { bollinger, rsi, strategy, z } from 'anso-vision/strategy';

/** A price that left its band is expected back at the middle. */
export default strategy({
  about:
    'Trades back to the middle of the band where the price has left it and the relative strength agrees.',
  needs: { own: 250 },
  params: z.strictObject({
    length: z.int().min(5).max(100).default(20),
    deviations: z.number().min(1).max(4).default(2),
    extreme: z.number().min(50).max(95).default(70),
  }),
  search: { length: [14, 20, 30], deviations: [1.5, 2, 2.5] },
  decide({ own, market, params }) {
    const { length, deviations, extreme } = params;
    const close = own.close.at(-1)!;
    const { lower, middle, upper } = bollinger(own.close, length, deviations);
    const strength = rsi(own.close, 14);
    const isLow = close < lower && strength < 100 - extreme;
    const isHigh = close > upper && strength > extreme;
    if (!isLow && !isHigh) return { action: 'WAIT', reason: 'The price has not left its band far enough.' };
    const side = isLow ? 1 : -1;
    if (market.trend.direction === (isLow ? 'down' : 'up'))
      return { action: 'WAIT', reason: 'The price has left its band, but with the trend.' };
    return {
      action: isLow ? 'BUY' : 'SELL',
      target: middle,
      stop: close - (middle - close) / 1.5,
      score: side * Math.abs(strength - 50),
      reason: `The price is ${isLow ? 'below' : 'above'} its band, the relative strength ${strength.toFixed(0)}.`,
    };
  },
});
