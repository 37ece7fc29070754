import { type EmWorkspace, emStep } from './em-step.ts';
import { exponential } from './exponential.ts';
import type { GaussianHmm } from './hmm.ts';

/** Four bars may shrink the path weights to this: below it the step is left to the one that works in logarithms. */
const SMALLEST_SCALE = 1e-200;
/** Bars between two scalings, each of which costs a division. */
const SCALED_EVERY = 4;

/**
 * `emStep` for three states and two dimensions, unrolled: the analysis spends most of its time here (see `npm run bench:analysis`).
 * Same mathematics, other arithmetic: densities are divided by each bar's largest, the weights are scaled every fourth bar, the scales are
 * multiplied up and their logarithm is taken before the product leaves the doubles, and expected moves are summed without their
 * transition, which is put in at the end.
 */
export function threeStateEmStep(hmm: GaussianHmm, workspace: EmWorkspace): number {
  if (hmm.dimensions !== 2) return emStep(hmm, workspace);
  const logLikelihood = forward(hmm, workspace, densities(hmm, workspace));
  if (Number.isNaN(logLikelihood)) return emStep(hmm, workspace);
  workspace.occupancy = backward(hmm, workspace);
  return logLikelihood;
}

/**
 * Fills `density` with each bar's densities over the largest of them; returns the sum of the logarithms taken out. A pass of its own, so
 * that the compiler puts the exponential in line: twice as fast as within the filter.
 */
export function densities(
  { means: m, variances: v }: GaussianHmm,
  { observations, density }: EmWorkspace,
): number {
  const m0 = m[0]!,
    n0 = m[1]!,
    m1 = m[2]!,
    n1 = m[3]!,
    m2 = m[4]!,
    n2 = m[5]!;
  const u0 = 0.5 / v[0]!,
    v0 = 0.5 / v[1]!,
    u1 = 0.5 / v[2]!,
    v1 = 0.5 / v[3]!,
    u2 = 0.5 / v[4]!,
    v2 = 0.5 / v[5]!;
  const c0 = constant(v[0]!, v[1]!),
    c1 = constant(v[2]!, v[3]!),
    c2 = constant(v[4]!, v[5]!);
  let taken = 0;
  for (let at = 0, row = 0; row < density.length; at += 2, row += 3) {
    const x = observations[at]!;
    const y = observations[at + 1]!;
    const x0 = x - m0,
      y0 = y - n0,
      x1 = x - m1,
      y1 = y - n1,
      x2 = x - m2,
      y2 = y - n2;
    const log0 = c0 - x0 * x0 * u0 - y0 * y0 * v0;
    const log1 = c1 - x1 * x1 * u1 - y1 * y1 * v1;
    const log2 = c2 - x2 * x2 * u2 - y2 * y2 * v2;
    const top = log0 > log1 ? (log0 > log2 ? log0 : log2) : log1 > log2 ? log1 : log2;
    density[row] = log0 === top ? 1 : exponential(log0 - top);
    density[row + 1] = log1 === top ? 1 : exponential(log1 - top);
    density[row + 2] = log2 === top ? 1 : exponential(log2 - top);
    taken += top;
  }
  return taken;
}

/** ln of a density's height in two dimensions. */
const constant = (a: number, b: number): number => -Math.log(2 * Math.PI) - 0.5 * Math.log(a * b);

/** Filters, and divides every fourth bar's densities by the scale. Returns the log-likelihood, or NaN if a scale is too small. */
function forward(hmm: GaussianHmm, { density, filtered }: EmWorkspace, taken: number): number {
  const a = hmm.transition;
  const a00 = a[0]!,
    a01 = a[1]!,
    a02 = a[2]!,
    a10 = a[3]!,
    a11 = a[4]!,
    a12 = a[5]!,
    a20 = a[6]!,
    a21 = a[7]!,
    a22 = a[8]!;
  let p0 = hmm.startProbability[0]!;
  let p1 = hmm.startProbability[1]!;
  let p2 = hmm.startProbability[2]!;
  let logLikelihood = taken;
  let product = 1;
  const last = density.length - 3;
  for (let row = 0, left = SCALED_EVERY; row <= last; row += 3) {
    const d0 = density[row]!;
    const d1 = density[row + 1]!;
    const d2 = density[row + 2]!;
    let f0 = p0 * d0;
    let f1 = p1 * d1;
    let f2 = p2 * d2;
    if (--left === 0 || row === last) {
      left = SCALED_EVERY;
      const scale = f0 + f1 + f2;
      if (!(scale > SMALLEST_SCALE)) return Number.NaN;
      const inverse = 1 / scale;
      f0 *= inverse;
      f1 *= inverse;
      f2 *= inverse;
      density[row] = d0 * inverse;
      density[row + 1] = d1 * inverse;
      density[row + 2] = d2 * inverse;
      product *= scale;
      if (product < 1e-100) {
        logLikelihood += Math.log(product);
        product = 1;
      }
    }
    filtered[row] = f0;
    filtered[row + 1] = f1;
    filtered[row + 2] = f2;
    p0 = f0 * a00 + f1 * a10 + f2 * a20;
    p1 = f0 * a01 + f1 * a11 + f2 * a21;
    p2 = f0 * a02 + f1 * a12 + f2 * a22;
  }
  return logLikelihood + Math.log(product);
}

/** Smooths backward, sums what the new parameters need, and writes them into the model. Returns the emptiest state's share. */
function backward(hmm: GaussianHmm, { observations, density, filtered, varianceFloor }: EmWorkspace): number {
  const { transition: a, startProbability } = hmm;
  const a00 = a[0]!,
    a01 = a[1]!,
    a02 = a[2]!,
    a10 = a[3]!,
    a11 = a[4]!,
    a12 = a[5]!,
    a20 = a[6]!,
    a21 = a[7]!,
    a22 = a[8]!;
  let n00 = 0,
    n01 = 0,
    n02 = 0,
    n10 = 0,
    n11 = 0,
    n12 = 0,
    n20 = 0,
    n21 = 0,
    n22 = 0;
  let w0 = 0,
    w1 = 0,
    w2 = 0;
  let b0 = 1,
    b1 = 1,
    b2 = 1;
  for (let row = density.length - 3; row >= 0; row -= 3) {
    const g0 = filtered[row]! * b0;
    const g1 = filtered[row + 1]! * b1;
    const g2 = filtered[row + 2]! * b2;
    w0 += g0;
    w1 += g1;
    w2 += g2;
    const q0 = density[row]! * b0;
    const q1 = density[row + 1]! * b1;
    const q2 = density[row + 2]! * b2;
    // The filtered row is not needed again: the smoothed one takes its place for the moments below.
    filtered[row] = g0;
    filtered[row + 1] = g1;
    filtered[row + 2] = g2;
    if (row === 0) break;
    const f0 = filtered[row - 3]!;
    const f1 = filtered[row - 2]!;
    const f2 = filtered[row - 1]!;
    n00 += f0 * q0;
    n01 += f0 * q1;
    n02 += f0 * q2;
    n10 += f1 * q0;
    n11 += f1 * q1;
    n12 += f1 * q2;
    n20 += f2 * q0;
    n21 += f2 * q1;
    n22 += f2 * q2;
    b0 = a00 * q0 + a01 * q1 + a02 * q2;
    b1 = a10 * q0 + a11 * q1 + a12 * q2;
    b2 = a20 * q0 + a21 * q1 + a22 * q2;
  }
  startProbability.set(filtered.subarray(0, 3));
  setRow(a, 0, a00 * n00, a01 * n01, a02 * n02);
  setRow(a, 3, a10 * n10, a11 * n11, a12 * n12);
  setRow(a, 6, a20 * n20, a21 * n21, a22 * n22);
  for (let d = 0; d < 2; d++) setMoments(hmm, d, observations, filtered, w0, w1, w2, varianceFloor);
  return Math.min(w0, w1, w2) / (w0 + w1 + w2);
}

function setRow(transition: Float64Array, at: number, x: number, y: number, z: number): void {
  const sum = x + y + z;
  if (!(sum > 0)) return;
  transition[at] = x / sum;
  transition[at + 1] = y / sum;
  transition[at + 2] = z / sum;
}

/** Weighted mean and variance of one dimension. The data are centred, so the difference of moments loses nothing. */
function setMoments(
  { dimensions: D, means, variances }: GaussianHmm,
  d: number,
  observations: Float64Array,
  smoothed: Float64Array,
  w0: number,
  w1: number,
  w2: number,
  floor: number,
): void {
  let s0 = 0,
    s1 = 0,
    s2 = 0,
    t0 = 0,
    t1 = 0,
    t2 = 0;
  for (let at = d, row = 0; row < smoothed.length; at += D, row += 3) {
    const x = observations[at]!;
    const x0 = smoothed[row]! * x;
    const x1 = smoothed[row + 1]! * x;
    const x2 = smoothed[row + 2]! * x;
    s0 += x0;
    s1 += x1;
    s2 += x2;
    t0 += x0 * x;
    t1 += x1 * x;
    t2 += x2 * x;
  }
  setState(means, variances, d, w0, s0, t0, floor);
  setState(means, variances, D + d, w1, s1, t1, floor);
  setState(means, variances, 2 * D + d, w2, s2, t2, floor);
}

function setState(
  means: Float64Array,
  variances: Float64Array,
  at: number,
  weight: number,
  sum: number,
  squares: number,
  floor: number,
): void {
  if (!(weight > 0)) return;
  const mean = sum / weight;
  means[at] = mean;
  variances[at] = Math.max(floor, squares / weight - mean * mean);
}
