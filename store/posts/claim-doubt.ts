import type { Queryable } from '../database.ts';
import type { PostRow } from './post-row.ts';

/** A post of which nobody knows whether it was taken: its receiver is to be asked. Times Unix ms. */
export interface InDoubt {
  readonly kind: 'ask';
  readonly attempt: number;
  /** When the signal opened, by the server's Clock. */
  readonly since: number;
  /** When the post came into doubt, or its receiver was away last, by the machine's time of day. */
  readonly doubtSince: number;
  /** How long ago it was to be asked about, ms: more than a moment where no process was there to ask. */
  readonly lateMs: number;
  readonly asked: number;
  /** How often the receiver has said that it has none. */
  readonly absents: number;
  /** By the server's Clock. */
  readonly expiresAt: number;
}

/**
 * Takes the right to ask about a post; an earlier holder's answer counts no more. An attempt that was cut off begins a doubt. Within a
 * transaction that holds the row.
 */
export async function claimDoubt(
  session: Queryable,
  { id, channel, token }: { readonly id: string; readonly channel: string; readonly token: string },
  row: PostRow,
  wallNow: number,
): Promise<InDoubt> {
  const isNew = row.doubt_since === null;
  // Of an attempt that was cut off nobody knows when it ended: the lease is by the clock of a process that is gone.
  const doubtSince = row.doubt_since ?? Math.round(wallNow);
  if (isNew)
    await session.query(
      `update outbox set state = 'queued', maybe_stored = true, token = $4, doubt_since = $3, asked = 0, absents = 0, sending_until = null,
         next_attempt_at = null, last_answer = 'the attempt was cut off', updated_at = $3
       where post_id = $1 and channel = $2`,
      [id, channel, doubtSince, token],
    );
  else
    await session.query('update outbox set token = $3 where post_id = $1 and channel = $2', [
      id,
      channel,
      token,
    ]);
  const { asked, absents } = isNew ? { asked: 0, absents: 0 } : row;
  return {
    kind: 'ask',
    attempt: row.attempts,
    since: row.body.created_at,
    doubtSince,
    lateMs: isNew ? 0 : wallNow - Math.max(row.updated_at, row.next_attempt_at ?? 0),
    asked,
    absents,
    expiresAt: row.expires_at,
  };
}
