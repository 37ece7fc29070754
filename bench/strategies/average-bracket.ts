import { crossed, sma, strategy, z } from 'anso-vision/strategy';

/** What the laboratory is measured with: two averages that cross, and a bracket of so many percent. */
export default strategy({
  about: 'Follows a fast average that crosses a slow one, with a stop and a target in percent of the price.',
  needs: { own: 250 },
  params: z.strictObject({
    fast: z.int().min(2).max(100).default(10),
    slow: z.int().min(3).max(200).default(50),
    stop: z.number().min(0.05).max(20).default(1),
    horizon: z.int().min(1).max(1000).default(48),
    longOnly: z.boolean().default(false),
  }),
  search: {
    fast: [5, 6, 8, 10, 12, 14, 16, 18, 20, 22],
    slow: [30, 35, 40, 45, 50, 60, 70, 80, 90, 100],
    stop: [0.4, 0.5, 0.6, 0.8, 1, 1.25, 1.5, 2, 2.5, 3],
  },
  decide({ own, params }) {
    const { fast, slow, stop, horizon, longOnly } = params;
    const way = crossed(
      (ago) => sma(own.close, fast, ago),
      (ago) => sma(own.close, slow, ago),
    );
    if (way === null || (longOnly && way === 'down'))
      return { action: 'WAIT', reason: 'The averages do not cross.' };
    const close = own.close.at(-1)!;
    const risk = (close * stop) / 100;
    const side = way === 'up' ? 1 : -1;
    return {
      action: side === 1 ? 'BUY' : 'SELL',
      stop: close - side * risk,
      target: close + 1.5 * side * risk,
      horizonBars: horizon,
      reason: `The ${fast}-bar average crosses ${way} through the ${slow}-bar one.`,
    };
  },
});
