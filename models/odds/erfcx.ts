/**
 * Scaled complementary error function, exp(x^2) erfc(x), for x >= 0: what is left of a normal tail once its exponential is
 * taken out, so that tails far below the smallest double still multiply exactly.
 *
 * Relative error about 1e-15. Source: W. J. Cody, "Rational Chebyshev approximation for the error function", Math. Comp. 23 (1969).
 */
export function erfcx(x: number): number {
  if (x < 0.46875) return Math.exp(x * x) * (1 - smallErf(x));
  if (x <= 4) return ratio(x, MIDDLE_P, MIDDLE_Q);
  if (x > 1e8) return 1 / (x * SQRT_PI);
  const y = 1 / (x * x);
  return (1 / SQRT_PI - y * ratio(y, LARGE_P, LARGE_Q)) / x;
}

/** Complementary error function for any x. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x < 0.46875) return 1 - smallErf(x);
  // exp(-x^2) with x^2 split in two keeps the relative error of the tail at a few ulp.
  const head = Math.trunc(x * 16) / 16;
  return x > 27 ? 0 : Math.exp(-head * head) * Math.exp(-(x - head) * (x + head)) * erfcx(x);
}

const SQRT_PI = Math.sqrt(Math.PI);

// Coefficients from the highest power down, each polynomial evaluated by Horner's rule.
const SMALL_P = [
  0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694,
];
const SMALL_Q = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171];
const MIDDLE_P = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001,
  881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
];
const MIDDLE_Q = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
];
const LARGE_P = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378,
];
const LARGE_Q = [
  1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
];

function smallErf(x: number): number {
  return x * ratio(x * x, SMALL_P, SMALL_Q);
}

function ratio(x: number, numerator: readonly number[], denominator: readonly number[]): number {
  let p = 0;
  for (const coefficient of numerator) p = p * x + coefficient;
  let q = 0;
  for (const coefficient of denominator) q = q * x + coefficient;
  return p / q;
}
