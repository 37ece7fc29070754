import type { GaussianHmm } from './hmm.ts';

/** An extrapolated probability or variance keeps at least this share of what it was: at zero EM could never raise it again. */
const KEPT = 0.1;
/** Longer jumps land in other optima and save nothing. */
const LONGEST = 4;

/** Three successive iterates of EM on one model, from which the next start is extrapolated. */
export interface SquaredSteps {
  /** Remembers the model as the iterate 0, 1 or 2. */
  keep(at: 0 | 1 | 2, hmm: GaussianHmm): void;
  restore(at: 0 | 1 | 2, hmm: GaussianHmm): void;
  /** Moves the model beyond iterate 2. False where there is nothing to gain, and the model is iterate 2. */
  extrapolate(hmm: GaussianHmm): boolean;
}

/**
 * SQUAREM, scheme S3: x0 - 2 a r + a^2 v with r = x1 - x0, v = x2 - 2 x1 + x0 and a = -|r| / |v|, at least -4. EM creeps along its slowest direction by
 * a fixed ratio; this jumps to where the creeping leads. A jump may lose likelihood: the caller looks and goes back to iterate 2.
 * Source: Varadhan and Roland, Scandinavian Journal of Statistics 35 (2008).
 */
export function squaredSteps({ states: K, dimensions: D }: GaussianHmm): SquaredSteps {
  const size = K + K * K + 2 * K * D;
  const iterates = [new Float64Array(size), new Float64Array(size), new Float64Array(size)] as const;
  const [x0, x1, x2] = iterates;
  const restore = (from: Float64Array, hmm: GaussianHmm): void => {
    let at = 0;
    for (const part of partsOf(hmm)) {
      part.set(from.subarray(at, at + part.length));
      at += part.length;
    }
  };
  return {
    keep(at, hmm) {
      let to = 0;
      for (const part of partsOf(hmm)) {
        iterates[at].set(part, to);
        to += part.length;
      }
    },
    restore: (at, hmm) => restore(iterates[at], hmm),
    extrapolate(hmm) {
      let rr = 0;
      let vv = 0;
      for (let i = 0; i < size; i++) {
        const r = x1[i]! - x0[i]!;
        const v = x2[i]! - x1[i]! - r;
        rr += r * r;
        vv += v * v;
      }
      const step = Math.min(LONGEST, Math.sqrt(rr / vv));
      if (!(step > 1)) return false;
      // From here on x0 is the point beyond.
      for (let i = 0; i < size; i++) {
        const r = x1[i]! - x0[i]!;
        const v = x2[i]! - x1[i]! - r;
        const beyond = x0[i]! + 2 * step * r + step * step * v;
        const isMean = i >= K + K * K && i < K + K * K + K * D;
        x0[i] = isMean ? beyond : Math.max(beyond, KEPT * x2[i]!);
      }
      for (let row = 0; row <= K; row++) normalise(x0.subarray(row * K, row * K + K));
      restore(x0, hmm);
      return true;
    },
  };
}

const partsOf = ({ startProbability, transition, means, variances }: GaussianHmm): Float64Array[] => [
  startProbability,
  transition,
  means,
  variances,
];

function normalise(row: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i]!;
  for (let i = 0; i < row.length; i++) row[i]! /= sum;
}
