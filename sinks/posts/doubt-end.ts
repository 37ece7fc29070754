import type { DoubtEnd } from '../../store/posts/settle-doubt.ts';
import type { LookupResult } from './channels/channel.ts';

/** How long a receiver that answers is asked about one post, ms. */
const patienceMs = 60_000;
/** Answers that say it has none, before that is believed. */
const enoughAbsents = 2;
const least = 1_000;
const most = 5_000;

/**
 * What follows from one answer about a post in doubt. That the receiver has it ends the doubt at once; that it has none is believed
 * when it says so twice, `settleMs` after the attempt, and `isProven`: it knows another post that was delivered, or speaks of this very
 * one. Other answers are asked again for a minute, and while no connection is made until the post expires; then it is parked, or repeated
 * where the receiver drops repeated ids (`idempotent`). Times Unix ms; `since` and `timeOfDay` of the machine, `now` and `expiresAt` of the server's clock.
 */
export function doubtEnd(
  result: LookupResult,
  {
    since,
    asked,
    absents,
    isProven,
    settleMs,
    idempotent,
    expiresAt,
    now,
    timeOfDay,
  }: {
    readonly since: number;
    readonly asked: number;
    readonly absents: number;
    readonly isProven: boolean;
    readonly settleMs: number;
    readonly idempotent: boolean;
    readonly expiresAt: number;
    readonly now: number;
    readonly timeOfDay: number;
  },
): DoubtEnd {
  const { kind, answer } = result;
  if (kind === 'there') return { kind: 'delivered', answer, remoteId: result.remoteId };
  const age = timeOfDay - since;
  const isAbsent = kind === 'absent' && isProven;
  if (isAbsent && age >= settleMs && absents + 1 >= enoughAbsents)
    return { kind: 'send', answer: `${answer}; it has none`, isAbsent: true };
  const isHopeless =
    kind === 'unreachable' ? now >= expiresAt && age >= patienceMs : age >= patienceMs + settleMs;
  if (isHopeless)
    return idempotent && now < expiresAt
      ? { kind: 'send', answer, isAbsent: false }
      : { kind: 'parked', answer: `it may have been taken, and asking has not settled it; ${answer}` };
  if (isAbsent && age < settleMs)
    return {
      kind: 'ask',
      answer,
      absents: 0,
      nextAt: Math.round(Math.max(since + settleMs, timeOfDay + least)),
    };
  const waitMs = isAbsent ? least : Math.min(most, least * 2 ** Math.min(asked, 10));
  return {
    kind: 'ask',
    answer,
    absents: isAbsent ? absents + 1 : absents,
    nextAt: Math.round(timeOfDay + waitMs),
  };
}
