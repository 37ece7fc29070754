import { describe, expect, it } from 'vitest';
import { analyse } from '../../../models/decision/analyse.ts';
import { calibrated } from '../../../models/decision/calibrated.ts';
import { wanderingMarket } from '../synthetic-markets.ts';

describe('calibrated', () => {
  it('gives an analysis as it would have been with the calibration, to the last bit', () => {
    const candles = wanderingMarket(6, 2, 5);
    const calibration = { intercept: -0.3, n: 40 };
    for (const scoreQuantile of [0, 1]) {
      const options = { restarts: 1, scoreQuantile };
      const later = calibrated(analyse(candles, options), calibration);
      expect(JSON.stringify(later)).toBe(JSON.stringify(analyse(candles, { ...options, calibration })));
      expect(later.direction === 'WAIT').toBe(scoreQuantile === 1);
    }
  });
});
