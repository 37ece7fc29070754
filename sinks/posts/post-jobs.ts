import { PostJob } from '../../schema/post-job.ts';
import type { DuePost } from '../../store/posts/outbox-table.ts';
import type { PostQueue } from '../../store/queue/backend.ts';

/** The id of a post's job: the post's id and the channel. BullMQ allows no colon in it. */
export const jobIdOf = (id: string, channel: string): string => `${id}-${channel}`;

/** What the job of a post holds. Throws where the post is not one that can be sent. */
export function jobOf({ id, kind, channel, signal }: DuePost): {
  readonly name: string;
  readonly data: PostJob;
} {
  const data: PostJob = PostJob.parse({
    id,
    kind,
    channel,
    symbol: signal.symbol,
    timeframe: signal.timeframe,
    action: signal.signal_type,
    entry: signal.entry,
    tp: signal.tp,
    sl: signal.sl,
    expiresAt: new Date(signal.expires_at).toISOString(),
  });
  const what = `${signal.signal_type} ${signal.symbol} ${signal.timeframe}`;
  return { name: kind === 'end' ? `end of ${what}` : what, data };
}

/** Adds the job of a post to the queue, delayed until its next attempt. `now` is the machine's time of day, Unix ms. */
export async function addJob(queue: PostQueue, post: DuePost, now: number): Promise<void> {
  const { name, data } = jobOf(post);
  const { id, channel, nextAttemptAt } = post;
  await queue.add(name, data, {
    jobId: jobIdOf(id, channel),
    delay: Math.max(0, (nextAttemptAt ?? 0) - now),
    // Practically unlimited: the worker ends the job when the post expires.
    attempts: 100_000,
    backoff: { type: 'custom' },
    removeOnComplete: { age: 48 * 3600 },
    removeOnFail: { age: 14 * 24 * 3600 },
  });
}

/**
 * Adds the job of a post unless an unfinished one exists. A job that finished while its post did not is replaced. Returns
 * whether a job was added.
 */
export async function ensureJob(queue: PostQueue, post: DuePost, now: number): Promise<boolean> {
  const job = await queue.getJob(jobIdOf(post.id, post.channel));
  if (job !== undefined) {
    const state = await job.getState();
    if (state !== 'completed' && state !== 'failed' && state !== 'unknown') return false;
    await job.remove();
  }
  await addJob(queue, post, now);
  return true;
}
