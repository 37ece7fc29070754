import { atr, crossed, ema, strategy, z } from 'anso-vision/strategy';

/** Two averages that cross, taken only where the market moves. */
export default strategy({
  about: 'Follows a fast average that crosses a slow one, unless the market is calm.',
  needs: { own: 250 },
  params: z.strictObject({
    fast: z.int().min(2).max(50).default(12),
    slow: z.int().min(5).max(60).default(26),
    calm: z.number().min(0).max(1).default(0.6),
    stop: z.number().min(0.5).max(10).default(2),
  }),
  search: { fast: [8, 12, 20], slow: [26, 40, 60] },
  decide({ own, market, params }) {
    const { fast, slow, calm, stop } = params;
    const way = crossed(
      (ago) => ema(own.close, fast, ago),
      (ago) => ema(own.close, slow, ago),
    );
    if (way === null) return { action: 'WAIT', reason: 'The averages do not cross.' };
    const { state, probabilities } = market.regime;
    if (state === 'neutral' && probabilities.neutral > calm)
      return { action: 'WAIT', reason: 'The averages cross, but the market is in its middle regime.' };
    const side = way === 'up' ? 1 : -1;
    return {
      action: side === 1 ? 'BUY' : 'SELL',
      stop: own.close.at(-1)! - side * stop * atr(own, 14),
      score: side * (1 - probabilities.neutral),
      reason: `The ${fast}-bar average crosses ${way} through the ${slow}-bar one.`,
      tags: [state],
    };
  },
});
