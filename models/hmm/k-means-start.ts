import type { GaussianHmm } from './hmm.ts';
import type { Random } from '../random.ts';
import { stickyHmm } from './sticky-hmm.ts';

/**
 * A start for EM on whitened data: k-means++ centres (Arthur and Vassilvitskii 2007), at most `rounds` of Lloyd's, the clusters'
 * variances, sticky transitions. Fewer rounds leave more of the draw in the start.
 */
export function kMeansStart(
  observations: Float64Array,
  states: number,
  dimensions: number,
  rounds: number,
  random: Random,
): GaussianHmm {
  const hmm = stickyHmm(states, dimensions);
  const labels = new Int32Array(observations.length / dimensions);
  spreadCentres(observations, hmm.means, dimensions, random);
  assign(observations, hmm.means, dimensions, labels);
  for (let round = 0; round < rounds; round++) {
    recentre(observations, labels, hmm.means, dimensions);
    if (!assign(observations, hmm.means, dimensions, labels)) break;
  }
  spread(observations, labels, hmm.means, hmm.variances, dimensions);
  return hmm;
}

/** Each centre is a bar, drawn with a probability proportional to its squared distance from the centres so far. */
function spreadCentres(observations: Float64Array, centres: Float64Array, D: number, random: Random): void {
  const T = observations.length / D;
  const states = centres.length / D;
  const distance = new Float64Array(T).fill(1);
  for (let k = 0; k < states; k++) {
    let total = 0;
    for (let t = 0; t < T; t++) total += distance[t]!;
    let left = random() * total;
    let chosen = 0;
    while (chosen < T - 1 && (left -= distance[chosen]!) >= 0) chosen++;
    for (let d = 0; d < D; d++) centres[k * D + d] = observations[chosen * D + d]!;
    for (let t = 0; t < T; t++) {
      const squared = squaredDistance(observations, t, centres, k, D);
      distance[t] = k === 0 ? squared : Math.min(distance[t]!, squared);
    }
  }
}

function assign(observations: Float64Array, centres: Float64Array, D: number, labels: Int32Array): boolean {
  const K = centres.length / D;
  let changed = false;
  for (let t = 0; t < labels.length; t++) {
    let nearest = 0;
    let smallest = Infinity;
    for (let k = 0; k < K; k++) {
      const squared = squaredDistance(observations, t, centres, k, D);
      if (squared < smallest) {
        smallest = squared;
        nearest = k;
      }
    }
    if (labels[t] !== nearest) changed = true;
    labels[t] = nearest;
  }
  return changed;
}

/** Moves each centre to the mean of its cluster; an empty cluster keeps its centre. */
function recentre(observations: Float64Array, labels: Int32Array, centres: Float64Array, D: number): void {
  const counts = new Float64Array(centres.length / D);
  const sums = new Float64Array(centres.length);
  for (let t = 0; t < labels.length; t++) {
    const k = labels[t]!;
    counts[k]!++;
    for (let d = 0; d < D; d++) sums[k * D + d]! += observations[t * D + d]!;
  }
  for (let i = 0; i < sums.length; i++) {
    const count = counts[Math.floor(i / D)]!;
    if (count > 0) centres[i] = sums[i]! / count;
  }
}

/** Variance around each centre, with one bar of unit variance mixed in: a cluster of one bar still has a width. */
function spread(
  observations: Float64Array,
  labels: Int32Array,
  centres: Float64Array,
  variances: Float64Array,
  D: number,
): void {
  const counts = new Float64Array(centres.length / D).fill(1);
  for (let t = 0; t < labels.length; t++) {
    const k = labels[t]!;
    counts[k]!++;
    for (let d = 0; d < D; d++)
      variances[k * D + d]! += (observations[t * D + d]! - centres[k * D + d]!) ** 2;
  }
  for (let i = 0; i < variances.length; i++) variances[i]! /= counts[Math.floor(i / D)]!;
}

function squaredDistance(
  observations: Float64Array,
  t: number,
  centres: Float64Array,
  k: number,
  D: number,
): number {
  let sum = 0;
  for (let d = 0; d < D; d++) sum += (observations[t * D + d]! - centres[k * D + d]!) ** 2;
  return sum;
}
