import type { QueueAnswer, QueueChannel } from '../../schema/rest.ts';
import type { QueueState } from '../../sinks/posts/queue-state.ts';
import type { Deliveries } from '../deliveries.ts';
import { isFailing } from '../health/channels-health.ts';

/** How the posts of every channel stand, and all together. */
export async function queueAnswer(
  { channels, queues }: Deliveries,
  now: number,
): Promise<Omit<QueueAnswer, 'success'>> {
  const states = await Promise.all(queues.map((queue) => queue.counts()));
  const sum = (name: keyof QueueState['counts']) =>
    states.reduce((total, { counts }) => total + counts[name], 0);
  const stored = (name: keyof QueueState['posts']) =>
    states.reduce((total, { posts }) => total + posts[name], 0);
  const ages = states.flatMap(({ oldest_age_seconds: age }) => age ?? []);
  const troubled = states.filter(({ last_error }) => last_error !== null);
  const newest = troubled.sort((a, b) => (b.last_failure?.at ?? 0) - (a.last_failure?.at ?? 0))[0];
  return {
    counts: {
      waiting: sum('waiting'),
      active: sum('active'),
      delayed: sum('delayed'),
      completed: sum('completed'),
      failed: sum('failed'),
    },
    posts: {
      queued: stored('queued'),
      sending: stored('sending'),
      delivered: stored('delivered'),
      failed: stored('failed'),
      parked: stored('parked'),
      expired: stored('expired'),
      superseded: stored('superseded'),
    },
    oldest_age_seconds: ages.length === 0 ? null : Math.max(...ages),
    last_error: newest === undefined ? null : errorOf(newest),
    channels: states
      .filter(({ channel }) => channels.includes(channel))
      .map((state) => channelOf(state, now)),
  };
}

/** The community's as it is, as ever; another's with its name. */
const errorOf = ({ channel, last_error }: QueueState) =>
  channel === 'community' ? last_error : `${channel}: ${last_error ?? ''}`;

function channelOf(state: QueueState, now: number): QueueChannel {
  const { channel, counts, posts, oldest_age_seconds, last_error, last_delivered_at, last_failure, note } =
    state;
  return {
    channel,
    counts,
    posts,
    oldest_age_seconds,
    last_error,
    last_delivered_at,
    last_failure,
    ok: !isFailing(state, now),
    note,
  };
}
