import { exponential } from '../hmm/exponential.ts';
import { firstPassage, type PassageOdds } from './first-passage.ts';
import { horizonSums } from './horizon-sums.ts';
import type { RegimeInput } from './monte-carlo.ts';
import { NOWHERE } from './regime-lattice.ts';

/** A calmer state moves this share of the corridor a bar instead, or less where that would take it somewhere over the horizon. */
const CALMEST = 0.0126;
const MOST_MODES = 1_000;
/** A mode that has kept this little adds no more. */
const SMALLEST = 1e-12;

/**
 * First-passage odds under regime switching from the exact distribution of the variance that the bars' states add up to, in closed form:
 * each eigenfunction of the corridor decays by exp(-decay variance), and the mean of that over all regime paths is a product of
 * matrices. Exact without drift and for drifts proportional to the variances; otherwise the expected drift is spread over the variance,
 * which is close while drifts are small. No sampling, no grid: independent of `regimeLattice`, and some ten times as fast.
 *
 * scales: factors on all variances, one answer each. Horizon: whole bars, >= 1; distances > 0. Source: Karlin and Taylor 1981, ch. 15.
 */
export function regimeModes(input: RegimeInput, scales: readonly number[] = [1]): PassageOdds[] {
  const { up, down, horizon, stateProbability, transition, drifts, volatilities } = input;
  const K = drifts.length;
  const width = up + down;
  const T = Float64Array.from(transition);
  const expected = (values: Float64Array): number =>
    horizonSums(T, values, horizon).reduce((sum, value, k) => sum + value * stateProbability[k]!, 0);
  const least = Math.min(CALMEST, (NOWHERE * Math.min(up, down)) / width / Math.sqrt(horizon));
  const variances = Float64Array.from(
    { length: K },
    (_, k) => Math.max(least, volatilities[k]! / width) ** 2,
  );
  const drift = expected(Float64Array.from({ length: K }, (_, k) => drifts[k]! / width));
  // In units of the corridor, time in units of variance: the drift per unit of it.
  const tilt = drift / expected(variances);
  const [toUp, toDown] = [up / width, down / width];
  const limit = firstPassage({ drift: tilt, volatility: 1, up: toUp, down: toDown, horizon: Infinity });
  const [bendUp, bendDown] = [Math.exp(tilt * toUp), Math.exp(-tilt * toDown)];
  const survives = survival(T, stateProbability, variances, horizon);
  return scales.map((scale) => {
    let { up: upper, down: lower } = limit;
    for (let n = 1; n < MOST_MODES; n++) {
      const frequency = n * Math.PI;
      const decay = (tilt * tilt + frequency * frequency) / 2;
      const kept = survives(decay * scale);
      upper -= (frequency / decay) * bendUp * Math.sin(frequency * toUp) * kept;
      lower -= (frequency / decay) * bendDown * Math.sin(frequency * toDown) * kept;
      if (kept < SMALLEST) break;
    }
    upper = Math.min(1, Math.max(0, upper));
    lower = Math.min(1 - upper, Math.max(0, lower));
    return { up: upper, down: lower, neither: Math.max(0, 1 - upper - lower) };
  });
}

/** The mean of exp(-decay V) over all regime paths of `horizon` bars, V the sum of the variances of their states. */
function survival(
  transition: Float64Array,
  stateProbability: ArrayLike<number>,
  variances: Float64Array,
  horizon: number,
): (decay: number) => number {
  const K = variances.length;
  // One bar: to each state, and what the bar in it leaves.
  const bar = new Float64Array(K * K);
  let now = new Float64Array(K);
  let next = new Float64Array(K);
  return (decay) => {
    for (let j = 0; j < K; j++) {
      const kept = exponential(-decay * variances[j]!);
      for (let i = 0; i < K; i++) bar[i * K + j] = transition[i * K + j]! * kept;
      now[j] = stateProbability[j]!;
    }
    let sum = 1;
    for (let left = horizon; left > 0; left--) {
      sum = 0;
      for (let j = 0; j < K; j++) {
        let arrived = 0;
        for (let i = 0; i < K; i++) arrived += now[i]! * bar[i * K + j]!;
        next[j] = arrived;
        sum += arrived;
      }
      [now, next] = [next, now];
    }
    return sum;
  };
}
