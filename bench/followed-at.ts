import { candidateText } from '../operators/analysis/candidate-bytes.ts';
import type { FollowedChange } from '../schema/strategies/experience.ts';

/** What a close has changed of the built-in rule's candidates, whose horizon is 24 bars: one is taken at nearly every close. lengthMs: of a bar. */
export function followedAt(closeTime: number, lengthMs: number, count = 1): FollowedChange {
  const changed = Array.from({ length: count }, (_, i) => {
    const from = closeTime - i * lengthMs;
    const expiresAt = from + 24 * lengthMs;
    const text = candidateText({
      levels: { id: '', direction: 1, entry: 1.1, tp: 1.2, sl: 1.05, from, expiresAt, cost: 0 },
      bars: 24,
      odds: { up: 0.5 / (i + 1), down: 0.3, neither: 0.2 },
      weight: 1 / 24,
      came: null,
    });
    return { from, expiresAt, text };
  });
  return {
    following: { version: 1, until: closeTime, since: null, taken: [[1, 0]] },
    changed,
    isSwept: false,
  };
}
