import { erfc, erfcx } from './erfcx.ts';

/** Log price X(t) = drift t + volatility W(t), t in bars. `up` and `down` are positive distances in log price. */
export interface FirstPassageInput {
  /** Log units per bar. */
  drift: number;
  /** Log units per square root of a bar, >= 0. */
  volatility: number;
  /** Distance to the upper barrier, >= 0; 0 is hit at once, Infinity never. */
  up: number;
  /** Distance to the lower barrier, >= 0. */
  down: number;
  /** Bars, >= 0, need not be whole; Infinity asks for the limit. */
  horizon: number;
}

/** Probabilities that sum to one. */
export interface PassageOdds {
  up: number;
  down: number;
  neither: number;
}

/**
 * Which of two barriers a Brownian motion with drift meets first within the horizon.
 *
 * Two expansions of one closed form (Karlin and Taylor 1981, ch. 15; Borodin and Salminen 2002, 3.0.6): images while the spread
 * of the path is small against the width of the corridor, eigenfunctions after that. Each is used only where its terms are
 * bounded, so no drift overflows. Absolute error about 1e-15. Throws a RangeError on NaN and on negative distances.
 */
export function firstPassage({ drift, volatility, up, down, horizon }: FirstPassageInput): PassageOdds {
  if (!(Number.isFinite(drift) && Number.isFinite(volatility) && volatility >= 0)) {
    throw new RangeError(`drift ${drift} must be finite, volatility ${volatility} finite and >= 0`);
  }
  if (!(up >= 0 && down >= 0 && horizon >= 0)) {
    throw new RangeError(`up ${up}, down ${down} and horizon ${horizon} must be >= 0`);
  }
  if (up === 0 || down === 0) return odds(up > 0 ? 0 : down > 0 ? 1 : 0.5, down > 0 ? 0 : up > 0 ? 1 : 0.5);
  if (horizon === 0) return odds(0, 0);
  if (volatility === 0) return certain(drift, up, down, horizon);
  return odds(
    hitsUpper(drift, volatility, up, down, horizon),
    hitsUpper(-drift, volatility, down, up, horizon),
  );
}

/** Where the variance of the path reaches this share of the squared corridor, both expansions need about five terms. */
const SWITCH = 0.5;

function hitsUpper(drift: number, volatility: number, up: number, down: number, horizon: number): number {
  if (up === Infinity) return 0;
  // Volatility is one from here on: distances in units of it, time in bars.
  const rate = drift / volatility;
  const a = up / volatility;
  const width = a + down / volatility;
  if (width === 0) return up / (up + down);
  if (horizon < SWITCH * width * width) return byImages(rate, a, width, horizon);
  return ultimately(rate, a, width) - afterHorizon(rate, a, width, horizon);
}

/** P(upper first) = g(a) + sum over k of g(2 k width + a) - g(2 k width - a). */
function byImages(rate: number, a: number, width: number, horizon: number): number {
  let total = image(rate, a, a, horizon);
  for (let k = 1; k < 200; k++) {
    const minus = image(rate, a, 2 * k * width - a, horizon);
    total += image(rate, a, 2 * k * width + a, horizon) - minus;
    if (minus < 1e-18) break;
  }
  return total;
}

/** exp(rate (a - c)) P(a path to level c arrives in time): an inverse Gaussian term with its exponentials joined before they can overflow. */
function image(rate: number, a: number, c: number, horizon: number): number {
  const root = Math.sqrt(2 * horizon);
  const exponent = rate * a - (rate * rate * horizon) / 2 - (c / root) ** 2;
  if (exponent === -Infinity && c === Infinity) return 0;
  return (
    (tail(rate * (a - c), exponent, (c - rate * horizon) / root) +
      tail(rate * (a + c), exponent, (c + rate * horizon) / root)) /
    2
  );
}

/** exp(weight) erfc(x), where exponent = weight - x^2. */
function tail(weight: number, exponent: number, x: number): number {
  return x > 0 ? Math.exp(exponent) * erfcx(x) : Math.exp(weight) * erfc(x);
}

/** P(upper first) without a horizon: the scale function's ratio. */
function ultimately(rate: number, a: number, width: number): number {
  if (width === Infinity) return rate >= 0 ? 1 : Math.exp(2 * rate * a);
  const b = width - a;
  if (Math.abs(rate) * width < 1e-12) return b / width;
  if (rate > 0) return Math.expm1(-2 * rate * b) / Math.expm1(-2 * rate * width);
  return (Math.exp(2 * rate * a) * Math.expm1(2 * rate * b)) / Math.expm1(2 * rate * width);
}

/** P(upper first, but later than the horizon), by eigenfunctions of the corridor. */
function afterHorizon(rate: number, a: number, width: number, horizon: number): number {
  if (horizon === Infinity) return 0;
  let sum = 0;
  for (let n = 1; n < 200; n++) {
    const frequency = (n * Math.PI) / width;
    const decay = (rate * rate + frequency * frequency) / 2;
    const term = (frequency / decay) * Math.exp(rate * a - decay * horizon);
    sum += term * Math.sin(frequency * a);
    if (term < 1e-18) break;
  }
  return sum / width;
}

/** Without volatility the path is a line. */
function certain(drift: number, up: number, down: number, horizon: number): PassageOdds {
  const reach = drift === 0 ? 0 : drift * horizon;
  return odds(reach >= up ? 1 : 0, -reach >= down ? 1 : 0);
}

/** Rounds off what floating point leaves outside [0, 1] and gives the rest to `neither`. */
function odds(up: number, down: number): PassageOdds {
  const upper = Math.min(1, Math.max(0, up));
  const lower = Math.min(1 - upper, Math.max(0, down));
  return { up: upper, down: lower, neither: Math.max(0, 1 - upper - lower) };
}
