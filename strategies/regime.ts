import { strategy, z } from 'anso-vision/strategy';

/** The server's own rule: docs/analysis.md says what it rests on, and that it has no edge. */
export default strategy({
  about:
    'Follows the drift of the fitted regimes where it is among the largest of the window and every fit agrees.',
  needs: { own: 250 },
  params: z.strictObject({
    horizonBars: z.int().min(1).max(1000).default(24),
    scoreQuantile: z.number().min(0).max(1).default(0.85),
    scoreBars: z.int().min(10).max(249).default(150),
    minAgreement: z.number().min(0).max(1).default(1),
    stopMultiple: z.number().min(0.01).max(10).default(0.5),
    rewardMultiple: z.number().min(0.1).max(20).default(1.5),
    maxCostShare: z.number().min(0).max(10).default(0.25),
  }),
  search: { horizonBars: [12, 24, 48], scoreQuantile: [0.8, 0.85, 0.9], stopMultiple: [0.5, 1] },
  decide({ market, params }) {
    const { horizonBars, stopMultiple, rewardMultiple } = params;
    const { side, called, ...why } = market.drift(params);
    const trade = { horizonBars, stopMultiple, rewardMultiple };
    if (called) return { action: side, ...why, ...trade };
    return { action: 'WAIT', leaning: why.score === 0 ? undefined : side, ...why, ...trade };
  },
});
