import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CalendarState } from '../../../schema/calendar.ts';
import { startSimulator } from '../../../simulator/start-simulator.ts';
import { calendarFeed } from '../../../streams/news/calendar.ts';
import { calendarWeek } from '../../../streams/news/calendar-week.ts';
import { parseCalendar } from '../../../streams/news/parse-calendar.ts';
import { ManualClock } from '../../manual-clock.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const minute = 60_000;
const wednesday = Date.UTC(2026, 2, 4, 12);

async function setup(path?: string, start = wednesday) {
  const clock = new ManualClock(start);
  const simulator = await startSimulator({ clock, start });
  const folder = await mkdtemp(join(tmpdir(), 'calendar-'));
  const cachePath = path ?? join(folder, 'cache', 'calendar.json');
  const states: CalendarState[] = [];
  const problems: string[] = [];
  const listen = () => {
    const subscription = calendarFeed({
      url: simulator.urls.calendarUrl,
      cachePath,
      clock,
      random: () => 0,
      timeoutMs: 10 * minute,
      onProblem: (problem) => problems.push(problem),
    }).subscribe((state) => states.push(state));
    closers.push(() => subscription.unsubscribe());
    return subscription;
  };
  closers.push(simulator.close, () => rm(folder, { recursive: true }));
  const settle = () => clock.advance(100, { step: 10, realMs: 10 });
  return { clock, simulator, cachePath, states, problems, listen, settle };
}

describe('calendarFeed', () => {
  it('begins unknown, then has this week, and polls every half hour for changes', async () => {
    const { clock, simulator, cachePath, states, listen, settle } = await setup();
    listen();
    await settle();
    expect(states.map(({ state }) => state)).toEqual(['unknown', 'fresh']);
    const { events } = states[1]!;
    expect(events.length).toBeGreaterThan(5);
    expect(events.every(({ time }) => calendarWeek(time) === '2026-03-01')).toBe(true);
    await clock.advance(29 * minute, { step: minute / 2, realMs: 8 });
    expect(simulator.calendar.requests()).toHaveLength(1);
    await clock.advance(2 * minute, { step: minute / 2, realMs: 8 });
    expect(simulator.calendar.requests()).toHaveLength(2);
    expect(simulator.calendar.requests()[1]?.etag).toMatch(/^"\w+"$/);
    await settle();
    expect(JSON.parse(await readFile(cachePath, 'utf8'))).toMatchObject({ events });
  });

  it('starts from the disk without a request before the next poll is due', async () => {
    const { simulator, states, listen, settle } = await setup();
    listen().add(() => {});
    await settle();
    closers.pop()!();
    states.length = 0;
    listen();
    await settle();
    expect(states.map(({ state }) => state)).toEqual(['fresh']);
    expect(simulator.calendar.requests()).toHaveLength(1);
  });

  it.each([
    ['429 with a page', { status: 429, headers: { 'retry-after': '3600' }, body: '<html>' }, 60],
    ['the same page under 200', { status: 200, body: '<!DOCTYPE html><html>' }, 5],
    ['an outage', { status: 503 }, 5],
  ])('stays unknown after %s and waits its time', async (_, answer, minutes) => {
    const { clock, simulator, states, problems, listen, settle } = await setup();
    simulator.faults.calendar.always = answer;
    listen();
    await settle();
    expect(states.map(({ state }) => state)).toEqual(['unknown']);
    expect(problems).toHaveLength(1);
    simulator.faults.calendar.always = undefined;
    await clock.advance((minutes - 1) * minute, { step: minute / 2, realMs: 8 });
    expect(simulator.calendar.requests()).toHaveLength(1);
    await clock.advance(minute + 100, { step: minute / 2, realMs: 8 });
    await settle();
    expect(states.at(-1)!.state).toBe('fresh');
  });

  it('keeps the calendar through an outage, and marks it stale after 26 hours', async () => {
    const { clock, simulator, states, listen, settle } = await setup();
    listen();
    await settle();
    simulator.faults.calendar.always = { status: 500 };
    await clock.advance(25.9 * 60 * minute, { step: 5 * minute, realMs: 1 });
    expect(states.at(-1)!.state).toBe('fresh');
    await clock.advance(10 * minute, { step: minute / 2, realMs: 8 });
    expect(states.at(-1)!.state).toBe('stale');
    expect(states.at(-1)!.events).toEqual(states[1]!.events);
  });

  it("marks last week's calendar stale, however new the answer is", async () => {
    const { simulator, states, listen, settle } = await setup();
    simulator.faults.calendar.lastWeek = true;
    listen();
    await settle();
    expect(states.map(({ state }) => state)).toEqual(['unknown', 'stale']);
  });

  it('begins unknown where the file on disk is damaged or cannot be written', async () => {
    const { cachePath, states, listen, settle, problems } = await setup();
    await writeFile(cachePath.replace('/cache/calendar.json', '/cache'), '{"fetchedAt":');
    listen();
    await settle();
    expect(states.map(({ state }) => state)).toEqual(['unknown', 'fresh']);
    expect(problems[0]).toContain('cannot be saved');
  });
});

describe('parseCalendar', () => {
  it('reads New York offsets and leaves out invalid entries', () => {
    const good = { title: 'CPI', country: 'USD', date: '2026-03-04T08:30:00-05:00', impact: 'High' };
    const text = JSON.stringify([
      { ...good, date: '2026-03-09T08:30:00-04:00', country: 'All', impact: 'Holiday' },
      good,
      { ...good, date: '2026-03-04 08:30' },
      { ...good, impact: 'Enormous' },
      { ...good, country: 7 },
      null,
    ]);
    expect(parseCalendar(text)).toEqual({
      events: [
        { title: 'CPI', country: 'USD', time: Date.UTC(2026, 2, 4, 13, 30), impact: 'High' },
        { title: 'CPI', country: 'All', time: Date.UTC(2026, 2, 9, 12, 30), impact: 'Holiday' },
      ],
      bad: 4,
    });
    expect(parseCalendar(' <html>')).toBeNull();
    expect(parseCalendar('{"a":1}')).toBeNull();
    expect(parseCalendar('[')).toBeNull();
  });
});

describe('calendarWeek', () => {
  it('changes at midnight from Saturday to Sunday in New York', () => {
    expect(calendarWeek(Date.UTC(2026, 2, 8, 4, 59))).toBe('2026-03-01');
    expect(calendarWeek(Date.UTC(2026, 2, 8, 5, 0))).toBe('2026-03-08');
    expect(calendarWeek(Date.UTC(2026, 6, 5, 3, 59))).toBe('2026-06-28');
    expect(calendarWeek(Date.UTC(2026, 6, 5, 4, 0))).toBe('2026-07-05');
  });
});
