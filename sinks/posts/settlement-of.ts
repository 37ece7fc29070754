import type { Settlement } from '../../store/posts/settle-post.ts';
import type { SendResult } from './channels/channel.ts';

/**
 * The new state of a post after an attempt. Where the channel can be asked (`isAsked`), an ambiguous attempt is asked about. Else it is
 * repeated where the channel drops duplicates (`idempotent`), and parked where it does not: followers might copy a repetition twice. `now` and
 * `expiresAt` are of the server's clock, `timeOfDay` is the machine's: Unix ms. `backoffMs` is the least delay before the next attempt.
 */
export function settlementOf(
  result: SendResult,
  {
    idempotent,
    isAsked = false,
    expiresAt,
    backoffMs,
    now,
    timeOfDay,
  }: {
    readonly idempotent: boolean;
    /** Can the channel be asked whether it has the post? @default false */
    readonly isAsked?: boolean;
    readonly expiresAt: number;
    readonly backoffMs: number;
    readonly now: number;
    readonly timeOfDay: number;
  },
): Settlement {
  const { kind, answer } = result;
  if (kind === 'delivered') return { state: 'delivered', answer, remoteId: result.remoteId };
  if (kind === 'final') return { state: 'failed', answer };
  if (kind === 'ambiguous' && isAsked)
    return { state: 'queued', answer, nextAttemptAt: Math.round(timeOfDay), maybeStored: true, isAsked };
  if (kind === 'ambiguous' && !idempotent) return { state: 'parked', answer };
  const wanted = Math.max(result.afterMs ?? 0, backoffMs);
  // Not later than the post's expiry: at that time it is marked expired instead of staying queued.
  const left = Math.max(0, expiresAt - now) + 5;
  const nextAttemptAt = Math.round(timeOfDay + Math.min(wanted, left));
  return { state: 'queued', answer, nextAttemptAt, maybeStored: kind === 'ambiguous' };
}
