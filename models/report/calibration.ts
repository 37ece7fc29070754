/** How far published probabilities are moved, in log odds, and on how many outcomes that rests. */
export interface Calibration {
  intercept: number;
  n: number;
}

/** Outcomes' worth of belief that the raw probabilities are right as they are. */
const PRIOR_OUTCOMES = 50;

export const UNCALIBRATED: Calibration = { intercept: 0, n: 0 };

/** A raw probability moved by the calibration's intercept in log odds. 0 and 1 stay. */
export function calibrate(probability: number, { intercept }: Calibration): number {
  const odds = probability * Math.exp(intercept);
  return odds === 0 ? 0 : odds / (odds + (1 - probability));
}

/**
 * Intercept-only calibration: the shift of the log odds at which the forecasts' sum equals the outcomes', with a prior worth 50
 * outcomes that came as forecast. No slope: a few hundred outcomes do not carry one.
 *
 * forecasts: raw probabilities. outcomes: 1 or true where TP came first within the horizon, in the same order, resolved before the
 * decision that uses this. Throws a RangeError on unequal lengths.
 */
export function fitCalibration(
  forecasts: ArrayLike<number>,
  outcomes: ArrayLike<number | boolean>,
): Calibration {
  const n = forecasts.length;
  if (outcomes.length !== n) throw new RangeError(`${n} forecasts for ${outcomes.length} outcomes`);
  if (n === 0) return UNCALIBRATED;
  let forecast = 0;
  let observed = 0;
  for (let i = 0; i < n; i++) {
    forecast += forecasts[i]!;
    observed += Number(outcomes[i]);
  }
  const target = (observed + PRIOR_OUTCOMES * (forecast / n)) / (n + PRIOR_OUTCOMES);
  // The mean of the shifted forecasts rises with the shift: halve the bracket until it is as narrow as a double.
  let low = -20;
  let high = 20;
  for (let round = 0; round < 60; round++) {
    const intercept = (low + high) / 2;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += calibrate(forecasts[i]!, { intercept, n });
    if (sum < target * n) low = intercept;
    else high = intercept;
  }
  return { intercept: (low + high) / 2, n };
}
