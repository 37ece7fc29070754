import { interval, Observable, type SchedulerLike } from 'rxjs';
import type { CalendarState } from '../../schema/calendar.ts';
import { readCalendarCache, writeCalendarCache, type CachedCalendar } from './calendar-cache.ts';
import { calendarWeek } from './calendar-week.ts';
import { httpExchange, retryAfterMs } from '../http-exchange.ts';
import { parseCalendar } from './parse-calendar.ts';

export interface CalendarFeedOptions {
  readonly url: string;
  /** File that keeps the calendar over restarts. */
  readonly cachePath: string;
  readonly clock: SchedulerLike;
  /** Market time, which decides about stale and fresh, Unix ms. @default the clock's */
  readonly marketTime?: () => number;
  /** Uniform in [0, 1): spreads the polls of many servers. */
  readonly random: () => number;
  /** At least 30 min. @default 30 min */
  readonly pollMs?: number;
  /** Time limit of one exchange, ms. @default 15 s */
  readonly timeoutMs?: number;
  /** Receives each problem: a refusal, an outage, invalid entries, a file that cannot be written. */
  readonly onProblem?: (problem: string) => void;
}

const minute = 60_000;
const staleAfterMs = 26 * 60 * minute;
/** Delay of a retry after an outage: sooner than the next poll, but within the provider's limit of two requests in five minutes. */
const retryMs = 5 * minute;
const maxRetryAfterMs = 6 * 60 * minute;
const maxBytes = 2 * 1_048_576;

/**
 * Emits the economic calendar of this week: the saved one at once, then the provider's, and each change to stale.
 * Cold; never fails, never completes. Where nothing is known the state is `unknown`, which is not "no news".
 */
export function calendarFeed(options: CalendarFeedOptions): Observable<CalendarState> {
  const { cachePath, clock, random, timeoutMs = 15_000, onProblem = () => {} } = options;
  const pollMs = Math.max(30 * minute, options.pollMs ?? 0);
  const now = options.marketTime ?? (() => clock.now());

  return new Observable<CalendarState>((subscriber) => {
    const life = new AbortController();
    let known: CachedCalendar | null = null;
    let failures = 0;
    let published: CalendarState | undefined;

    const publish = () => {
      const state = stateOf(known, now());
      const events = known?.events ?? [];
      if (life.signal.aborted || (published?.state === state && published.events === events)) return;
      published = { state, events };
      subscriber.next(published);
    };
    const keep = async (calendar: CachedCalendar) => {
      known = calendar;
      publish();
      await writeCalendarCache(cachePath, calendar).catch((error: unknown) =>
        onProblem(`the calendar cannot be saved: ${messageOf(error)}`),
      );
    };
    const fetchOnce = async () => {
      const answer = await httpExchange({
        url: options.url,
        headers: { accept: 'application/json', ...(known?.etag && { 'if-none-match': known.etag }) },
        clock,
        timeoutMs,
        maxBytes,
        signal: life.signal,
      });
      if (answer.status === 304 && known) return keep({ ...known, fetchedAt: now() });
      const parsed = answer.status === 200 ? parseCalendar(answer.text) : null;
      if (parsed === null) {
        const isRefusal = answer.status === 429 || answer.text.trimStart().startsWith('<');
        const wait = retryAfterMs(answer.headers, clock.now()) ?? (isRefusal ? retryMs : 0);
        throw new RefusedError(`${isRefusal ? 'refused' : 'no calendar'} (${answer.status})`, wait);
      }
      if (parsed.bad > 0) onProblem(`${parsed.bad} entries of the calendar are invalid`);
      return keep({ fetchedAt: now(), etag: answer.headers.get('etag'), events: [...parsed.events] });
    };
    /** Polls once, and resolves to the delay of the next poll, ms. */
    const poll = async (): Promise<number> => {
      try {
        await fetchOnce();
        failures = 0;
        return pollMs;
      } catch (error) {
        if (!life.signal.aborted) onProblem(`the calendar cannot be read: ${messageOf(error)}`);
        const requestedMs = error instanceof RefusedError ? Math.min(error.retryAfterMs, maxRetryAfterMs) : 0;
        return Math.max(requestedMs, Math.min(pollMs, retryMs * 2 ** Math.min(failures++, 10)));
      }
    };
    const pollAfter = (ms: number) => {
      if (life.signal.aborted) return;
      timer = clock.schedule(() => void poll().then((wait) => pollAfter(wait * (1 + 0.1 * random()))), ms);
    };
    const start = async () => {
      known = await readCalendarCache(cachePath);
      publish();
      pollAfter(known ? Math.max(0, known.fetchedAt + pollMs - now()) : 0);
    };
    let timer = clock.schedule(() => void start());
    const aging = interval(minute, clock).subscribe(publish);

    return () => {
      life.abort(new Error('the calendar is no longer wanted'));
      timer.unsubscribe();
      aging.unsubscribe();
    };
  });
}

class RefusedError extends Error {
  readonly retryAfterMs: number;
  constructor(message: string, wait: number) {
    super(message);
    this.retryAfterMs = wait;
  }
}

/** Stale: confirmed longer than 26 hours ago, or of another week, whatever the provider calls it. */
function stateOf(known: CachedCalendar | null, now: number): CalendarState['state'] {
  if (known === null) return 'unknown';
  const week = calendarWeek(now);
  const isThisWeek =
    known.events.length === 0
      ? calendarWeek(known.fetchedAt) === week
      : known.events.some(({ time }) => calendarWeek(time) === week);
  return isThisWeek && now - known.fetchedAt <= staleAfterMs ? 'fresh' : 'stale';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
