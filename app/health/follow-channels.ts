import type { ChannelQueue } from '../../sinks/posts/channel-queue.ts';
import type { QueueState } from '../../sinks/posts/queue-state.ts';

const everyMs = 2_000;

/** Where the posts of each channel stand, as last looked at. */
export interface FollowedChannels {
  readonly states: () => readonly QueueState[];
  readonly close: () => void;
}

/** Looks at the posts of configured channels, now and every two seconds; while the database is away the last look counts. */
export async function followChannels({
  channels,
  queues,
}: {
  readonly channels: readonly string[];
  readonly queues: readonly Pick<ChannelQueue, 'channel' | 'counts'>[];
}): Promise<FollowedChannels> {
  const followed = queues.filter(({ channel }) => channels.includes(channel));
  let states: readonly QueueState[] = [];
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      states = await Promise.all(followed.map((queue) => queue.counts()));
    } catch {
      // The part `store` says why.
    } finally {
      isLooking = false;
    }
  };
  await look();
  const timer = setInterval(() => void look(), everyMs);
  return { states: () => states, close: () => clearInterval(timer) };
}
