import { emWorkspace } from '../hmm/em-step.ts';
import type { GaussianHmm } from '../hmm/hmm.ts';
import { regimeScores } from './regime-scores.ts';
import { stateMoments } from '../hmm/state-moments.ts';
import { threeStateRegimes } from '../hmm/three-state-regimes.ts';

/** A rival supports a call with this share of its own threshold: of two fits that agree, one may stand just below. */
const NEARLY = 0.8;

interface CallOfFit {
  returns: Float64Array;
  observations: Float64Array;
  driftScale: number;
  scoreQuantile: number;
  scores: Parameters<typeof regimeScores>[3];
}

/**
 * Share of the rival fits of a window that support the side the best one calls: likelihoods within a few nats are no reason to believe
 * one fit more than another, and what they call differently is the luck of the start. 1 without rivals. side: 1 up, -1 down.
 */
export function rivalAgreement(rivals: readonly GaussianHmm[], side: 1 | -1, call: CallOfFit): number {
  const { returns, observations, driftScale, scoreQuantile, scores } = call;
  const workspace = emWorkspace(observations, 3, 2, 0);
  let supporting = 0;
  for (const hmm of rivals) {
    const { filtered, smoothed } = threeStateRegimes(hmm, observations, workspace);
    const { values } = regimeScores(hmm, stateMoments(returns, smoothed, driftScale), filtered, scores);
    const last = values.at(-1)! * side;
    // How many of its scores are below: no need to sort them for one quantile.
    let below = 0;
    for (const value of values) if (Math.abs(value) < last / NEARLY) below++;
    if (last > 0 && below >= scoreQuantile * (values.length - 1)) supporting++;
  }
  return rivals.length === 0 ? 1 : supporting / rivals.length;
}
