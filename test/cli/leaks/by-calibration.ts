import type { WalkTask } from '../../../cli/audit/walk.ts';
import { calibrate, fitCalibration } from '../../../models/report/calibration.ts';
import { walkOf } from './walk-of.ts';

const closes = walkOf(({ close }) => close.at(-1)!);

/** Every decision is honest; what is published of it is calibrated on all outcomes, those to come as well. */
export default async (task: WalkTask) => {
  const walked = await closes(task);
  const prices = walked.map(({ what }) => what['decision'] as number);
  const outcomes = prices.slice(0, -24).map((price, i) => prices[i + 24]! > price);
  const calibration = fitCalibration(
    outcomes.map(() => 0.4),
    outcomes,
  );
  return walked.map(({ at, what }) => ({ at, what: { ...what, confidence: calibrate(0.4, calibration) } }));
};
