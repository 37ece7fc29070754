import type { PostKind } from '../../schema/post-job.ts';
import type { DeliveryState } from '../../schema/signal.ts';
import type { Queryable } from '../database.ts';
import { signalColumns, type SignalRow } from '../signal-rows.ts';

/** A post of the outbox with its signal. Times Unix ms. */
export interface PostRow extends SignalRow {
  kind: PostKind;
  signal_id: string;
  state: DeliveryState;
  attempts: number;
  symbol: string;
  position: number;
  sending_until: number | null;
  next_attempt_at: number | null;
  maybe_stored: boolean;
  /** The receiver is asked whether it has this post since then. */
  doubt_since: number | null;
  asked: number;
  absents: number;
  /** When the row was last written, by the clock of then. */
  updated_at: number;
  created_at: number;
  expires_at: number;
  last_answer: string | null;
}

/**
 * A post, locked until the end of the transaction. Its signal is locked first, as wherever both are taken: a fixed order of
 * locks cannot deadlock.
 */
export async function lockPost(
  session: Queryable,
  id: string,
  channel: string,
): Promise<PostRow | undefined> {
  await session.query(
    'select from signal where id = (select signal_id from outbox where post_id = $1 and channel = $2) for share',
    [id, channel],
  );
  const { rows } = await session.query<PostRow>(
    `select outbox.kind, outbox.signal_id, outbox.state, outbox.attempts, outbox.symbol, outbox.position, outbox.sending_until, outbox.next_attempt_at,
       outbox.maybe_stored, outbox.doubt_since, outbox.asked, outbox.absents, outbox.updated_at, outbox.created_at, outbox.expires_at, outbox.last_answer, ${signalColumns}
     from outbox join signal on signal.id = outbox.signal_id
     where outbox.post_id = $1 and outbox.channel = $2 for update of outbox`,
    [id, channel],
  );
  return rows[0];
}
