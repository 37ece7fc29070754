import { formatAge } from '../format/time.ts';
import { Word } from './terms/word.tsx';
import { ChannelList } from './signals/channel-list.tsx';
import { queue } from '../state/server.ts';
import { useStore } from '../state/use-store.ts';

const states = ['waiting', 'active', 'delayed', 'failed', 'completed'] as const;

/** The queues of all channels: how much waits, how long, and what went wrong last. */
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
          <dl class="queue-counts">
            {states.map((state) => (
              <div key={state} class={state === 'failed' && data.counts.failed > 0 ? 'is-bad' : ''}>
                <dt>
                  <Word>{state}</Word>
                </dt>
                <dd>{data.counts[state]}</dd>
              </div>
            ))}
          </dl>
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
