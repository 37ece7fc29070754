import { join } from 'node:path';
import type { Subscription } from 'rxjs';
import { calendarFeed } from '../../streams/news/calendar.ts';
import { newsFeed } from '../../streams/news/news.ts';
import type { Context } from '../context.ts';
import type { Upstream } from './upstream.ts';

/** Keeps what is asked for often at hand: the economic calendar and, where a service is configured, the newest articles. */
export function followNews(
  { config, log, metrics, services, wall, now, random }: Context,
  { calendar$, articles$ }: Upstream,
): Subscription {
  const running = calendarFeed({
    url: services.calendarUrl,
    cachePath: join(config.DATA_DIR, 'calendar.json'),
    clock: wall,
    marketTime: now,
    random,
    onProblem: (problem) => log.warn({ problem }, 'calendar'),
  }).subscribe((calendar) => {
    calendar$.next(calendar);
    metrics.calendarState.reset();
    metrics.calendarState.set({ state: calendar.state }, 1);
  });
  if (services.news !== undefined) {
    const onProblem = (problem: string) => log.warn({ problem }, 'news');
    const articles = newsFeed({ ...services.news, clock: wall, random, onProblem });
    running.add(articles.subscribe((newest) => articles$.next(newest)));
  }
  return running;
}
