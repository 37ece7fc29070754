import type { DoubtEnd } from '../../store/posts/settle-doubt.ts';
import type { LookupResult } from './channels/channel.ts';

/** How long a receiver that answers, and says nothing of use, is asked about one post, ms. */
const patienceMs = 60_000;
/** Answers that say it has none, before that is believed. */
const enoughAbsents = 2;
/** A question that is later than this was asked by nobody: no process ran, ms. */
const mostLateMs = 30_000;
const least = 1_000;
const most = 5_000;

/**
 * What follows from one answer about a post in doubt. That the receiver has it ends the doubt at once; that it has none is believed
 * when it says so twice, `settleMs` after the attempt, and `isProven`: it knows another post that was delivered, or speaks of this very
 * one. After other answers it is asked again until a minute after `settleMs`; before the post expires that minute begins anew where no connection
 * was made, or nobody asked (`lateMs`). What asking does not settle is parked. Times Unix ms; `since` and `timeOfDay` of the machine, `now` and
 * `expiresAt` of the server's clock.
 */
export function doubtEnd(
  result: LookupResult,
  {
    since: begun,
    lateMs,
    asked,
    absents,
    isProven,
    settleMs,
    expiresAt,
    now,
    timeOfDay,
  }: {
    readonly since: number;
    readonly lateMs: number;
    readonly asked: number;
    readonly absents: number;
    readonly isProven: boolean;
    readonly settleMs: number;
    readonly expiresAt: number;
    readonly now: number;
    readonly timeOfDay: number;
  },
): DoubtEnd {
  const { kind, answer } = result;
  if (kind === 'there') return { kind: 'delivered', answer, remoteId: result.remoteId };
  const isOpen = now < expiresAt;
  // What the receiver has had of its time to store the post it keeps.
  const since = isOpen && lateMs > mostLateMs ? Math.round(Math.max(begun, timeOfDay - settleMs)) : begun;
  const age = timeOfDay - since;
  const isAbsent = kind === 'absent' && isProven;
  if (isAbsent && age >= settleMs && absents + 1 >= enoughAbsents)
    return { kind: 'send', answer: `${answer}; it has none` };
  const isAway = kind === 'unreachable' && isOpen;
  if (!isAbsent && !isAway && age >= patienceMs + settleMs)
    return { kind: 'parked', answer: `it may have been taken, and asking has not settled it; ${answer}` };
  if (isAbsent && age < settleMs)
    return {
      kind: 'ask',
      answer,
      since,
      absents: 0,
      nextAt: Math.round(Math.max(since + settleMs, timeOfDay + least)),
    };
  const waitMs = isAbsent ? least : Math.min(most, least * 2 ** Math.min(asked, 10));
  return {
    kind: 'ask',
    answer,
    since: isAway ? Math.round(timeOfDay) : since,
    absents: isAbsent ? absents + 1 : absents,
    nextAt: Math.round(timeOfDay + waitMs),
  };
}
