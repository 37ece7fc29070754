import { join } from 'node:path';
import type { Subscription } from 'rxjs';
import type { CalendarState } from '../../schema/calendar.ts';
import type { Article } from '../../schema/rest.ts';
import { calendarFeed } from '../../streams/news/calendar.ts';
import { newsFeed } from '../../streams/news/news.ts';
import type { Context } from '../context.ts';

/** What is told once and asked for often: the economic calendar and the newest articles. */
export interface News {
  readonly calendar: () => CalendarState;
  /** Undefined: no news service is configured. */
  readonly articles: () => readonly Article[] | undefined;
  readonly follow: () => Subscription;
}

/** Keeps the economic calendar and, where a service is configured, the newest articles at hand, from `follow` on. */
export function openNews({ config, log, metrics, services, wall, now, random }: Context): News {
  let calendar: CalendarState = { state: 'unknown', events: [] };
  let articles: readonly Article[] | undefined = services.news === undefined ? undefined : [];
  return {
    calendar: () => calendar,
    articles: () => articles,
    follow: () => {
      const running = calendarFeed({
        url: services.calendarUrl,
        cachePath: join(config.DATA_DIR, 'calendar.json'),
        clock: wall,
        marketTime: now,
        random,
        onProblem: (problem) => log.warn({ problem }, 'calendar'),
      }).subscribe((latest) => {
        calendar = latest;
        metrics.calendarState.reset();
        metrics.calendarState.set({ state: latest.state }, 1);
      });
      if (services.news !== undefined) {
        const onProblem = (problem: string) => log.warn({ problem }, 'news');
        const newest$ = newsFeed({ ...services.news, clock: wall, random, onProblem });
        running.add(newest$.subscribe((newest) => (articles = newest)));
      }
      return running;
    },
  };
}
