import { formatAge } from '../format/time.ts';
import { ChannelList } from './signals/channel-list.tsx';
import { PostCounts } from './post-counts.tsx';
import { queue } from '../state/server.ts';
import { useStore } from '../state/use-store.ts';

/** The posts of all channels: what became of them, how long the oldest waits, and what went wrong last. */
export function QueuePanel() {
  const { data, error } = useStore(queue, (asked) => asked);
  return (
    <section class="panel queue" data-view="market" aria-labelledby="queue-title">
      <div class="panel-head">
        <h2 id="queue-title">Posting queue</h2>
        <a class="panel-note" href="admin/queues">
          Open dashboard
        </a>
      </div>
      {data === null ? (
        <p class="empty">{error === null ? 'Asking for the queue…' : `Queue unknown: ${error}`}</p>
      ) : (
        <>
          <PostCounts posts={data.posts} />
          {data.channels !== undefined && <ChannelList channels={data.channels} />}
          <p class="queue-note">
            {data.oldest_age_seconds === null
              ? 'Nothing is waiting.'
              : `Oldest has waited ${formatAge(data.oldest_age_seconds * 1000)}.`}
            {error !== null && ' Not up to date.'}
          </p>
          {data.last_error !== null && (
            <p class="queue-error">
              <strong>Last error</strong> {data.last_error}
            </p>
          )}
        </>
      )}
    </section>
  );
}
