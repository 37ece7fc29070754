import { type Calibration, calibrate } from '../report/calibration.ts';
import type { Analysis } from './analysis.ts';

/**
 * An analysis as `analyse` gives it with this calibration: its confidence is all that depends on one. So a window can be analysed before
 * the outcomes that calibrate it are known.
 */
export const calibrated = (analysis: Analysis, calibration: Calibration): Analysis =>
  analysis.direction === 'WAIT' || analysis.risk === null
    ? analysis
    : { ...analysis, confidence: calibrate(analysis.risk.probTpHit, calibration) };
