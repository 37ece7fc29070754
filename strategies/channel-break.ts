import { atr, highest, lowest, strategy, z } from 'anso-vision/strategy';

/** Donchian's channel: the first close beyond the highest high, or the lowest low, of the bars before. */
export default strategy({
  about: 'Follows a close beyond the high or low of the last bars; the stop is some average ranges away.',
  needs: { own: 250 },
  params: z.strictObject({
    length: z.int().min(5).max(200).default(20),
    stop: z.number().min(0.5).max(10).default(2),
    reward: z.number().min(0.5).max(10).default(1.5),
  }),
  search: { length: [10, 20, 40], stop: [1, 2, 3] },
  decide({ own, params }) {
    const { length, stop, reward } = params;
    const close = own.close.at(-1)!;
    const before = own.close.at(-2)!;
    const [top, bottom] = [highest(own.high, length, 1), lowest(own.low, length, 1)];
    const isUp = close > top && before <= highest(own.high, length, 2);
    const isDown = close < bottom && before >= lowest(own.low, length, 2);
    if (!isUp && !isDown)
      return { action: 'WAIT', reason: `The close is no new break of its ${length}-bar channel.` };
    const side = isUp ? 1 : -1;
    return {
      action: isUp ? 'BUY' : 'SELL',
      stop: close - side * stop * atr(own, 14),
      rewardMultiple: reward,
      score: side,
      reason: `The close is ${isUp ? 'above the high' : 'below the low'} of the last ${length} bars.`,
    };
  },
});
