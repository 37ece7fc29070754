import { filterStates, type GaussianHmm } from '../models/hmm/hmm.ts';
import { kMeansStart } from '../models/hmm/k-means-start.ts';
import { seededRandom } from '../models/random.ts';

/**
 * Baum-Welch as a textbook prints it, the baseline of the analysis benchmark: everything in logarithms, alpha, beta, gamma and xi stored
 * in full, every restart run to the end. Same starts, tolerance and number of restarts as the fit it is compared with.
 */
export function textbookFit(
  observations: Float64Array,
  K: number,
  D: number,
  { restarts, tolerance, seed }: { restarts: number; tolerance: number; seed: number },
): { hmm: GaussianHmm; logLikelihood: number } {
  const random = seededRandom(seed);
  let best: { hmm: GaussianHmm; logLikelihood: number } | null = null;
  for (let restart = 0; restart < restarts; restart++) {
    const hmm = kMeansStart(observations, K, D, restart === 0 ? 20 : 0, random);
    let before = -Infinity;
    for (let iteration = 0; iteration < 500; iteration++) {
      const logLikelihood = step(hmm, observations);
      if (logLikelihood - before < tolerance) break;
      before = logLikelihood;
    }
    const { logLikelihood } = filterStates(hmm, observations);
    if (best === null || logLikelihood > best.logLikelihood) best = { hmm, logLikelihood };
  }
  return best!;
}

function step(hmm: GaussianHmm, x: Float64Array): number {
  const { states: K, dimensions: D, transition, startProbability, means, variances } = hmm;
  const T = x.length / D;
  const density = table(T, K, (t, k) => {
    let sum = 0;
    for (let d = 0; d < D; d++) {
      const variance = variances[k * D + d]!;
      sum -= 0.5 * (Math.log(2 * Math.PI * variance) + (x[t * D + d]! - means[k * D + d]!) ** 2 / variance);
    }
    return sum;
  });
  const states = Array.from({ length: K }, (_, k) => k);
  const alpha = table(T, K, () => -Infinity);
  const beta = table(T, K, () => 0);
  for (let t = 0; t < T; t++) {
    for (const j of states) {
      const into = states.map((i) =>
        t === 0 ? -Infinity : alpha[t - 1]![i]! + Math.log(transition[i * K + j]!),
      );
      alpha[t]![j] = density[t]![j]! + (t === 0 ? Math.log(startProbability[j]!) : logSumExp(into));
    }
  }
  for (let t = T - 2; t >= 0; t--) {
    for (const i of states) {
      beta[t]![i] = logSumExp(
        states.map((j) => Math.log(transition[i * K + j]!) + density[t + 1]![j]! + beta[t + 1]![j]!),
      );
    }
  }
  const logLikelihood = logSumExp(alpha[T - 1]!);
  const gamma = table(T, K, (t, k) => Math.exp(alpha[t]![k]! + beta[t]![k]! - logLikelihood));
  const xi = table(T - 1, K * K, (t, ij) => {
    const [i, j] = [Math.floor(ij / K), ij % K];
    return Math.exp(
      alpha[t]![i]! + Math.log(transition[ij]!) + density[t + 1]![j]! + beta[t + 1]![j]! - logLikelihood,
    );
  });
  for (const i of states) {
    startProbability[i] = gamma[0]![i]!;
    const left = sumOf(gamma.slice(0, -1), i);
    for (const j of states) transition[i * K + j] = sumOf(xi, i * K + j) / left;
    const weight = sumOf(gamma, i);
    for (let d = 0; d < D; d++) {
      const mean = gamma.reduce((sum, row, t) => sum + row[i]! * x[t * D + d]!, 0) / weight;
      const squares = gamma.reduce((sum, row, t) => sum + row[i]! * (x[t * D + d]! - mean) ** 2, 0);
      means[i * D + d] = mean;
      variances[i * D + d] = Math.max(1e-4, squares / weight);
    }
  }
  return logLikelihood;
}

function table(rows: number, columns: number, value: (row: number, column: number) => number): number[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => value(row, column)),
  );
}

function sumOf(rows: number[][], column: number): number {
  return rows.reduce((sum, row) => sum + row[column]!, 0);
}

function logSumExp(values: number[]): number {
  const top = Math.max(...values);
  return top === -Infinity
    ? top
    : top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
}
