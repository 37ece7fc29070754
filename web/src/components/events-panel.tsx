import { formatAge, formatCountdown, formatTime } from '../format/time.ts';
import { now } from '../state/clock.ts';
import { around, concerns, currenciesOf, news, type CalendarEvent } from '../state/events.ts';
import { selection } from '../state/selection.ts';
import { symbols } from '../state/server.ts';
import { useStore } from '../state/use-store.ts';

const shownEvents = { past: 2, next: 6 };
const shownArticles = 6;
const minute = 60_000;

/** The calendar's events of high impact with the time to each, and the newest headlines. */
export function EventsPanel() {
  const { data, error } = useStore(news, (asked) => asked);
  // Which events are shown changes with the minutes, not with the seconds.
  const time = useStore(now, (ms) => Math.floor(ms / minute) * minute);
  const symbol = useStore(selection, (chosen) => chosen.symbol);
  const currencies = currenciesOf(
    useStore(symbols, (asked) => asked.data?.symbols.find((watched) => watched.symbol === symbol)),
  );
  const events = around(data?.impactful_events ?? [], time, shownEvents);
  const articles = (data?.articles ?? []).slice(0, shownArticles);
  return (
    <section class="panel events" data-view="market" aria-label="Calendar and news">
      <details open>
        <summary class="panel-head">
          <h2>Calendar</h2>
          <span class="panel-note">{noteOf(data?.state, error)}</span>
        </summary>
        <ul class="event-list">
          {events.map((event) => (
            <EventRow
              key={`${event.time} ${event.country} ${event.title}`}
              event={event}
              concerned={concerns(event, currencies)}
            />
          ))}
        </ul>
        {data !== null && events.length === 0 && (
          <p class="empty">
            {data.state === 'unknown'
              ? 'The calendar could not be read yet.'
              : 'No event of high impact is left this week.'}
          </p>
        )}
      </details>
      {articles.length > 0 && (
        <details>
          <summary class="panel-head">
            <h2>News</h2>
            <span class="panel-note">{articles.length} newest</span>
          </summary>
          <ul class="event-list">
            {articles.map(({ title, link, source, published_at }) => (
              <li key={`${published_at} ${link}`} class="article">
                {/^https?:\/\//.test(link) ? (
                  <a href={link} target="_blank" rel="noreferrer">
                    {title}
                  </a>
                ) : (
                  <span>{title}</span>
                )}
                <span class="panel-note">
                  {source}, {formatTime(published_at, 'full')}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function EventRow({ event, concerned }: { readonly event: CalendarEvent; readonly concerned: boolean }) {
  const words = useStore(now, (ms) => distance(event.time - ms));
  return (
    <li class={`event ${concerned ? 'is-near' : ''} ${words.startsWith('in') ? '' : 'is-over'}`}>
      <span class="event-country">{event.country}</span>
      <span class="event-title">{event.title}</span>
      <time class="event-time" dateTime={new Date(event.time).toISOString()}>
        {formatTime(event.time, 'full')}
      </time>
      <span class="event-left">{words}</span>
    </li>
  );
}

/** `in 1:05:00`, or in days where it is far; `5 min ago`. */
function distance(ms: number): string {
  if (ms <= 0) return formatAge(-ms) === 'now' ? 'now' : `${formatAge(-ms)} ago`;
  return ms < 2 * 86_400_000 ? `in ${formatCountdown(ms)}` : `in ${formatAge(ms)}`;
}

function noteOf(state: 'fresh' | 'stale' | 'unknown' | undefined, error: string | null): string {
  if (error !== null) return 'not up to date';
  if (state === 'stale') return 'read a while ago';
  return 'high impact';
}
