import { afterEach, describe, expect, it } from 'vitest';
import type { Article } from '../../../schema/rest.ts';
import { startSimulator } from '../../../simulator/start-simulator.ts';
import { newsFeed, type NewsFeedOptions } from '../../../streams/news/news.ts';
import { ManualClock } from '../../manual-clock.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const minute = 60_000;

async function listen(options: Partial<NewsFeedOptions> = {}) {
  const start = Date.UTC(2026, 2, 4, 12);
  const clock = new ManualClock(start);
  const simulator = await startSimulator({ clock, start });
  const lists: Article[][] = [];
  const problems: string[] = [];
  const subscription = newsFeed({
    url: simulator.urls.newsUrl,
    key: simulator.keys.news,
    clock,
    random: () => 0,
    timeoutMs: 10 * minute,
    onProblem: (problem) => problems.push(problem),
    ...options,
  }).subscribe((list) => lists.push(list));
  closers.push(simulator.close, () => subscription.unsubscribe());
  const settle = () => clock.advance(100, { step: 10, realMs: 10 });
  return { clock, simulator, lists, problems, settle };
}

describe('newsFeed', () => {
  it('emits the newest articles once, each link once, newest first', async () => {
    const { clock, simulator, lists, settle } = await listen({ max: 50 });
    await settle();
    expect(lists).toHaveLength(1);
    expect(lists[0]).toHaveLength(50);
    expect(lists[0]![0]!.published_at).toBe(Date.UTC(2026, 2, 4, 12));
    await clock.advance(22 * minute, { step: minute / 4, realMs: 8 });
    expect(simulator.news.requests()).toBe(5);
    expect(lists).toHaveLength(1);
    await clock.advance(13 * minute, { step: minute / 4, realMs: 8 });
    expect(lists).toHaveLength(2);
    expect(lists[1]).toHaveLength(50);
    expect(lists[1]![0]!.published_at).toBe(Date.UTC(2026, 2, 4, 12, 30));
    expect(new Set(lists[1]!.map(({ link }) => link)).size).toBe(50);
  });

  it('doubles its delay after each refusal, waits for Retry-After, and goes on', async () => {
    const { clock, simulator, lists, problems, settle } = await listen();
    simulator.faults.news.next.push({ status: 429 }, { status: 429, headers: { 'retry-after': '3600' } });
    await settle();
    expect(problems).toEqual(['the news service answered 429']);
    await clock.advance(9 * minute, { step: minute / 4, realMs: 8 });
    expect(simulator.news.requests()).toBe(1);
    await clock.advance(2 * minute, { step: minute / 4, realMs: 8 });
    expect(simulator.news.requests()).toBe(2);
    await clock.advance(58 * minute, { step: minute / 4, realMs: 8 });
    expect(simulator.news.requests()).toBe(2);
    await clock.advance(3 * minute, { step: minute / 4, realMs: 8 });
    await settle();
    expect(lists).toHaveLength(1);
  });

  it('survives a wrong key and invalid answers, and leaves out bad entries and unsafe links', async () => {
    const { clock, simulator, lists, problems, settle } = await listen();
    const entry = {
      title: 'a',
      link: 'https://a.example/1',
      source: 's',
      publishDate: '2026-03-04T10:00:00.000Z',
    };
    const articles = [entry, { ...entry, link: 'javascript:alert(1)' }, { ...entry, publishDate: 'soon' }, 7];
    simulator.faults.news.next.push(
      { status: 401 },
      { status: 200, body: '<html>' },
      { status: 200, body: JSON.stringify({ articles }) },
    );
    await settle();
    await clock.advance(60 * minute, { step: minute / 4, realMs: 8 });
    expect(lists[0]).toEqual([
      { title: 'a', link: entry.link, source: 's', published_at: Date.UTC(2026, 2, 4, 10) },
    ]);
    expect(problems[0]).toBe('the news service answered 401');
    expect(problems[2]).toBe('3 articles are invalid');
  });
});
