/** How far published probabilities are moved, in log odds, and on how many outcomes that rests. */
export interface Calibration {
  intercept: number;
  n: number;
}

/** Outcomes' worth of belief that the prior is right: raw probabilities, or a pool's calibration of them. */
const PRIOR_OUTCOMES = 50;

export const UNCALIBRATED: Calibration = { intercept: 0, n: 0 };

/** A raw probability moved by the calibration's intercept in log odds. 0 and 1 stay. */
export function calibrate(probability: number, { intercept }: Calibration): number {
  return shifted(probability, Math.exp(intercept));
}

/**
 * Intercept-only calibration: the shift of the log odds at which the forecasts' sum equals the outcomes', with a prior worth 50
 * outcomes that came as `prior` expects. No slope: a few hundred outcomes do not carry one. A prior fitted on other markets makes it
 * partial pooling: few outcomes of its own leave a market at the pool, many take it away from there.
 *
 * forecasts: raw probabilities. outcomes: 1 or true where TP came first within the horizon, in the same order, resolved before the
 * decision that uses this. `n` counts the outcomes and those of the prior. Throws a RangeError on unequal lengths.
 */
export function fitCalibration(
  forecasts: ArrayLike<number>,
  outcomes: ArrayLike<number | boolean>,
  prior: Calibration = UNCALIBRATED,
): Calibration {
  const n = forecasts.length;
  if (outcomes.length !== n) throw new RangeError(`${n} forecasts for ${outcomes.length} outcomes`);
  if (n === 0) return prior;
  let observed = 0;
  for (let i = 0; i < n; i++) observed += Number(outcomes[i]);
  const { sum: expected } = forecastSum(forecasts, prior.intercept);
  const target = (observed * n + PRIOR_OUTCOMES * expected) / (n + PRIOR_OUTCOMES);
  return { intercept: interceptOf(forecasts, target, prior.intercept), n: n + prior.n };
}

/**
 * The intercept at which the forecasts sum to `target`: Newton's steps inside a bracket, halved where a step would leave it. The sum
 * rises with the intercept, so there is one root.
 */
function interceptOf(forecasts: ArrayLike<number>, target: number, start: number): number {
  let [low, high] = [-20, 20];
  let intercept = start;
  for (let round = 0; round < 60; round++) {
    const { sum, slope } = forecastSum(forecasts, intercept);
    if (sum < target) low = intercept;
    else high = intercept;
    const step = intercept + (target - sum) / slope;
    const next = step > low && step < high ? step : (low + high) / 2;
    if (Math.abs(next - intercept) <= 1e-15 * Math.max(1, Math.abs(intercept))) return next;
    intercept = next;
  }
  return intercept;
}

/** Sum of the shifted forecasts, and how fast it rises with the intercept. */
function forecastSum(forecasts: ArrayLike<number>, intercept: number): { sum: number; slope: number } {
  const factor = Math.exp(intercept);
  let [sum, slope] = [0, 0];
  for (let i = 0; i < forecasts.length; i++) {
    const probability = shifted(forecasts[i]!, factor);
    sum += probability;
    slope += probability * (1 - probability);
  }
  return { sum, slope };
}

function shifted(probability: number, factor: number): number {
  const odds = probability * factor;
  return odds === 0 ? 0 : odds / (odds + (1 - probability));
}
