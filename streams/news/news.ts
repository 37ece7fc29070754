import { Observable, type SchedulerLike } from 'rxjs';
import type { Article } from '../../schema/rest.ts';
import { httpExchange, retryAfterMs } from '../http-exchange.ts';
import { parseArticles } from './parse-articles.ts';

export interface NewsFeedOptions {
  /** The service's base URL. */
  readonly url: string;
  readonly key: string;
  readonly clock: SchedulerLike;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** @default 5 min */
  readonly pollMs?: number;
  /** Search terms. @default none: the newest of everything */
  readonly query?: string;
  /** Time limit of one exchange, ms. @default 15 s */
  readonly timeoutMs?: number;
  /** Articles kept. @default 100 */
  readonly max?: number;
  readonly onProblem?: (problem: string) => void;
}

const pageSize = 50;
const maxBytes = 4 * 1_048_576;
const maxWaitMs = 6 * 3_600_000;

/**
 * Emits the newest articles of Finlight, newest first, each link once; a new list whenever there is a new article. Cold; never
 * fails, never completes: after a failure the delay doubles.
 */
export function newsFeed(options: NewsFeedOptions): Observable<Article[]> {
  const {
    key,
    clock,
    random,
    pollMs = 300_000,
    query,
    max = 100,
    timeoutMs = 15_000,
    onProblem = () => {},
  } = options;
  const url = new URL('v2/articles', options.url.endsWith('/') ? options.url : `${options.url}/`);

  return new Observable<Article[]>((subscriber) => {
    const life = new AbortController();
    let known = new Map<string, Article>();
    let failures = 0;

    const merge = (articles: readonly Article[]) => {
      const fresh = articles.filter(({ link }) => !known.has(link));
      if (fresh.length === 0 || life.signal.aborted) return;
      const all = new Map([...known, ...fresh.map((article) => [article.link, article] as const)]);
      const newest = [...all.values()].sort((a, b) => b.published_at - a.published_at).slice(0, max);
      known = new Map(newest.map((article) => [article.link, article]));
      subscriber.next(newest);
    };
    /** Polls once, and resolves to the delay of the next poll, ms. */
    const poll = async (): Promise<number> => {
      let requestedMs = 0;
      try {
        const answer = await httpExchange({
          url,
          method: 'POST',
          headers: { 'x-api-key': key, 'content-type': 'application/json', accept: 'application/json' },
          body: JSON.stringify({
            ...(query !== undefined && { query }),
            language: 'en',
            order: 'DESC',
            pageSize,
            page: 1,
          }),
          clock,
          timeoutMs,
          maxBytes,
          signal: life.signal,
        });
        requestedMs = retryAfterMs(answer.headers, clock.now()) ?? 0;
        if (answer.status !== 200) throw new Error(`the news service answered ${answer.status}`);
        const { articles, bad } = parseArticles(answer.text);
        if (bad > 0) onProblem(`${bad} articles are invalid`);
        merge(articles);
        failures = 0;
        return pollMs;
      } catch (error) {
        if (!life.signal.aborted) onProblem(error instanceof Error ? error.message : String(error));
        failures++;
        return Math.min(maxWaitMs, Math.max(requestedMs, pollMs * 2 ** Math.min(failures, 10)));
      }
    };
    const pollAfter = (ms: number) => {
      if (life.signal.aborted) return;
      timer = clock.schedule(() => void poll().then((wait) => pollAfter(wait * (1 + 0.1 * random()))), ms);
    };
    let timer = clock.schedule(() => pollAfter(0));

    return () => {
      life.abort(new Error('the news are no longer wanted'));
      timer.unsubscribe();
    };
  });
}
