import { formatAge, formatTime } from '../format/time.ts';
import { now } from '../state/clock.ts';
import { feed } from '../state/feed.ts';
import { health } from '../state/server.ts';
import { feedWord } from '../state/staleness.ts';
import { useStore } from '../state/use-store.ts';

/** What nobody may overlook: a simulated market, and prices that stand still. */
export function Banners() {
  const demo = useStore(health, (asked) => asked.data?.demo === true);
  const history = useStore(health, (asked) => asked.data?.simulated_history);
  const word = feedWord(useStore(feed, (state) => state));
  return (
    <section class="banners" aria-label="Warnings">
      {word.sentence !== null && (
        <div class={`banner banner-${word.tone}`} role="alert">
          <strong>{word.short}.</strong> {word.sentence}
          {word.since > 0 && <Since since={word.since} />}
        </div>
      )}
      {demo && (
        <p class="banner banner-demo">
          <strong>Demo.</strong> A simulated market: no price, signal or result on this page is real.
          {history !== undefined && (
            <>
              {' '}
              Up to {formatTime(history.to, 'full')} it is simulated history, whose signals were posted
              nowhere.
            </>
          )}
        </p>
      )}
    </section>
  );
}

function Since({ since }: { readonly since: number }) {
  const age = useStore(now, (ms) => formatAge(ms - since));
  return (
    <span class="banner-since" aria-hidden="true">
      {' '}
      Since {formatTime(since, 'clock')}, {age === 'now' ? 'just now' : `${age} ago`}.
    </span>
  );
}
