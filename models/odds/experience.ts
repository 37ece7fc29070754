import type { PassageOdds } from './first-passage.ts';

/**
 * What has come of a rule's earlier candidates on a market, as shifts of the model's odds. Whatever the model misses there, a market that
 * reverts, a price that jumps, hours that it was not told of, shows in what came.
 */
export interface Experience {
  /** Changes whenever the odds that are moved mean something else: what came of others says nothing of them. */
  readonly version: number;
  /** Log odds that TP gains over SL, among the candidates that met either. */
  readonly direction: number;
  /** Log odds that neither gains over either. */
  readonly neither: number;
  /** What is known of each: the information of the outcomes, the prior's included. */
  readonly directionWeight: number;
  readonly neitherWeight: number;
  /** Outcomes that it rests on; candidates that share a future count as one. */
  readonly n: number;
}

/** Where a candidate's way ended; `either`: at a level, nobody knows which. */
export type Came = keyof PassageOdds | 'either';

export const EXPERIENCE_VERSION = 1;

/** A prior worth 50 outcomes that came as the model expects; the most that one outcome can tell of log odds is a quarter. */
const PRIOR = 50 / 4;
/** Log odds that nothing is moved beyond. */
const FARTHEST = 5;
/** A market of long ago is another one: what is known weighs 400 outcomes at most. */
const MOST = 400 / 4;

export const INEXPERIENCED: Experience = {
  version: EXPERIENCE_VERSION,
  direction: 0,
  neither: 0,
  directionWeight: PRIOR,
  neitherWeight: PRIOR,
  n: 0,
};

/** Odds moved by what has come of earlier ones: to the last bit the same where nothing has. 0 and 1 stay. */
export function experienced({ up, down, neither }: PassageOdds, experience: Experience): PassageOdds {
  const met = up + down;
  if (met === 0 || (experience.direction === 0 && experience.neither === 0)) return { up, down, neither };
  const open = shifted(neither, experience.neither);
  const first = shifted(up / met, experience.direction) * (1 - open);
  return { up: first, down: 1 - open - first, neither: open };
}

/**
 * What is known after one more outcome: a step of Newton's on its likelihood, by the information of all before it, so that the shifts
 * are those at which forecasts and outcomes agree on average, less the prior. Source: the extended Kalman filter of a logistic
 * model's constant.
 *
 * odds: of the model alone. came: what the candidate met first. weight: outcomes that it counts as, for its neighbours share its future.
 */
export function learnt(before: Experience, odds: PassageOdds, came: Came, weight: number): Experience {
  const met = odds.up + odds.down;
  const open = learntShift(before.neither, before.neitherWeight, odds.neither, came === 'neither', weight);
  const side =
    came === 'neither' || came === 'either' || met === 0
      ? { shift: before.direction, information: before.directionWeight }
      : learntShift(before.direction, before.directionWeight, odds.up / met, came === 'up', weight);
  return {
    ...before,
    direction: side.shift,
    neither: open.shift,
    directionWeight: side.information,
    neitherWeight: open.information,
    n: before.n + weight,
  };
}

function learntShift(shift: number, known: number, forecast: number, came: boolean, weight: number) {
  // What was certain is not moved, so nothing is learned by it.
  if (forecast <= 0 || forecast >= 1) return { shift, information: known };
  const expected = shifted(forecast, shift);
  const information = Math.min(MOST, known + weight * expected * (1 - expected));
  const moved = shift + (weight * (Number(came) - expected)) / information;
  return { shift: Math.min(FARTHEST, Math.max(-FARTHEST, moved)), information };
}

function shifted(probability: number, by: number): number {
  const odds = probability * Math.exp(by);
  return odds === 0 ? 0 : odds / (odds + (1 - probability));
}
