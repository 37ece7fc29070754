import type { Analysis, ModelTrade } from './analysis.ts';
import { calibrate, UNCALIBRATED } from '../report/calibration.ts';
import { experienced, INEXPERIENCED, type Experience } from '../odds/experience.ts';
import type { PassageOdds } from '../odds/first-passage.ts';
import { type TradeRisk, tradeRisk } from './trade-risk.ts';

/** The odds of a candidate by the model alone. */
export const modelOdds = ({ probTpHit, probSlHit, probNeither }: ModelTrade): PassageOdds => ({
  up: probTpHit,
  down: probSlHit,
  neither: probNeither,
});

/** Money side of a candidate whose odds are moved by experience. */
export const experiencedRisk = (
  entry: number,
  model: ModelTrade,
  experience: Experience = INEXPERIENCED,
): TradeRisk =>
  tradeRisk(entry, model, experienced(modelOdds(model), experience), model.neitherReturn, model.cost);

/**
 * An analysis as `analyse` gives it with this experience, uncalibrated: its odds are all that depends on one. So a window can be analysed
 * before what came of the candidates before it is known.
 */
export function experiencedAnalysis(analysis: Analysis, experience: Experience | undefined): Analysis {
  const { modelTrade, entry, direction } = analysis;
  if (modelTrade === null) return analysis;
  const risk = experiencedRisk(entry, modelTrade, experience);
  return {
    ...analysis,
    risk,
    confidence: direction === 'WAIT' ? 0 : calibrate(risk.probTpHit, UNCALIBRATED),
  };
}
