import type { DeliveryState } from '../../schema/signal.ts';
import type { Queryable } from '../database.ts';
import { releaseEndPost } from './end-posts.ts';
import { type Attempt, withAttempt } from './post-history.ts';

export type Settlement =
  | { readonly state: 'delivered'; readonly answer: string; readonly remoteId: string | null }
  | { readonly state: 'failed' | 'parked'; readonly answer: string }
  /** To be tried again at `nextAttemptAt`, wall clock. */
  | {
      readonly state: 'queued';
      readonly answer: string;
      readonly nextAttemptAt: number;
      readonly maybeStored: boolean;
      /** The receiver is asked first whether it has the post. @default false */
      readonly isAsked?: boolean;
    };

/** Writes how an attempt ended. False where it is not the post's last one any more. Within a transaction. */
export async function settlePost(
  session: Queryable,
  id: string,
  channel: string,
  token: string,
  end: Settlement,
  wallNow: number,
): Promise<boolean> {
  const { rows } = await session.query<{ state: DeliveryState; attempts: number; history: Attempt[] }>(
    `select state, attempts, history from outbox where post_id = $1 and channel = $2 and token = $3 for update`,
    [id, channel, token],
  );
  const row = rows[0];
  if (row === undefined) return false;
  // A post that was parked as ambiguous and then turns out delivered is delivered.
  if (row.state !== 'sending' && !(row.state === 'parked' && end.state === 'delivered')) return false;
  const { state, answer } = end;
  const history = withAttempt(row.history, { attempt: row.attempts, at: wallNow, state, answer });
  await session.query(
    `update outbox set state = $3, last_answer = $4, remote_id = coalesce($5, remote_id), next_attempt_at = $6,
       maybe_stored = maybe_stored or $7, history = $8, sending_until = null, updated_at = $9,
       doubt_since = $10, asked = 0, absents = 0
     where post_id = $1 and channel = $2`,
    [
      id,
      channel,
      state,
      answer,
      end.state === 'delivered' ? end.remoteId : null,
      end.state === 'queued' ? end.nextAttemptAt : null,
      end.state === 'queued' && end.maybeStored,
      history,
      wallNow,
      end.state === 'queued' && end.isAsked === true ? wallNow : null,
    ],
  );
  if (row.state === 'parked') await releaseEndPost(session, id, channel, wallNow);
  return true;
}
