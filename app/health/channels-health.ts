import type { QueueState } from '../../sinks/posts/queue-state.ts';
import type { HealthSource, Part } from './health.ts';
import type { FollowedChannels } from './follow-channels.ts';
import { limits } from './limits.ts';

/** Where posts go, by those that arrived. */
export function channelsHealth(
  { states }: Pick<FollowedChannels, 'states'>,
  timeOfDay: () => number,
): HealthSource {
  return {
    parts: () => {
      const channels = Object.fromEntries(
        states().map((state) => [state.channel, channelPart(state, timeOfDay())]),
      );
      const bad = Object.entries(channels).filter(([, { state }]) => state !== 'ok');
      if (Object.keys(channels).length === 0) return { channels: { state: 'off', channels } };
      return {
        channels:
          bad.length === 0
            ? { state: 'ok', channels }
            : {
                state: 'degraded',
                reason: bad.map(([channel, { reason }]) => `${channel}: ${reason ?? ''}`).join('; '),
                channels,
              },
      };
    },
    // Clients lose nothing by it.
    reasons: () => [],
  };
}

/** Has the last post failed, of late? `now`: Unix ms. */
export function isFailing({ last_failure, last_delivered_at }: QueueState, now: number): boolean {
  return (
    last_failure !== null &&
    last_failure.at > (last_delivered_at ?? 0) &&
    now - last_failure.at < limits.failureMs
  );
}

function channelPart(state: QueueState, now: number): Part {
  const { posts, oldest_age_seconds, last_delivered_at, last_failure, note } = state;
  const figures = { posts, oldest_age_seconds, last_delivered_at, ...(note !== null && { note }) };
  if (last_failure !== null && isFailing(state, now))
    return {
      state: 'degraded',
      reason: `the last post ${last_failure.what}: ${last_failure.answer}`,
      ...figures,
    };
  if (oldest_age_seconds !== null && oldest_age_seconds * 1000 > limits.postAgeMs)
    return { state: 'degraded', reason: `a post has waited for ${oldest_age_seconds} s`, ...figures };
  return { state: 'ok', ...figures };
}
