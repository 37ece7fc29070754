import type { QueueChannel } from '../../../../schema/rest.ts';
import { formatAge } from '../../format/time.ts';
import { postsInWords } from '../post-counts.tsx';

/** Every channel that takes posts: whether they arrive, how many wait or have failed, and why. */
export function ChannelList({ channels }: { channels: readonly QueueChannel[] }) {
  if (channels.length === 0) return <p class="queue-note">No channel is configured: nothing is posted.</p>;
  return (
    <ul class="queue-channels">
      {channels.map(({ channel, posts, oldest_age_seconds, last_failure, ok, note }) => (
        <li key={channel} class={ok ? '' : 'is-bad'}>
          <strong>{channel}</strong>
          <span>
            {ok ? 'delivers' : 'does not deliver'}: {postsInWords(posts)}
            {oldest_age_seconds !== null && `, the oldest for ${formatAge(oldest_age_seconds * 1000)}`}
          </span>
          {!ok && last_failure !== null && <span class="queue-error">{last_failure.answer}</span>}
          {note !== null && <span class="queue-note">{note}</span>}
        </li>
      ))}
    </ul>
  );
}
