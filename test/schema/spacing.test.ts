import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../models/random.ts';
import { spacingProblem, timeframeOf } from '../../schema/spacing.ts';
import { type Timeframe, timeframeMs, timeframes } from '../../schema/timeframe.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const random = seededRandom(5);
const monday = Date.UTC(2026, 2, 2);

/** The last 250 opens of a grid at which `isOpen`. */
function opens(step: number, isOpen: (time: number) => boolean = () => true, from = monday): number[] {
  const times: number[] = [];
  for (let time = from; times.length < 250; time += step) if (isOpen(time)) times.push(time);
  return times;
}
const localHour = (zone: string) => {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' });
  return (time: number) => Number(format.format(time));
};
const isWeekday = (time: number) => ![0, 6].includes(new Date(time).getUTCDay());

describe('the spacing of posted candles', () => {
  it.each<[string, Timeframe, number[]]>([
    ['a market that never closes', '1min', opens(minute)],
    ['forex with its weekends', '1h', opens(hour, isWeekday)],
    ['days without weekends and holidays', '1day', opens(day, (time) => isWeekday(time) && time % 13 !== 0)],
    [
      'a session of half past nine to four, hours from its start',
      '1h',
      opens(hour, (time) => isWeekday(time) && time % day >= 14 * hour && time % day < 21 * hour).map(
        (time) => time + 30 * minute,
      ),
    ],
    [
      'a session whose first hour is a half one',
      '1h',
      opens(hour / 2, (time) => {
        const inDay = (time % day) / hour;
        return isWeekday(time) && inDay >= 14.5 && inDay < 21 && (inDay === 14.5 || inDay % 1 === 0);
      }),
    ],
    [
      'a session of two 4h candles',
      '4h',
      opens(4 * hour, (time) => isWeekday(time) && time % day < 8 * hour),
    ],
    ['a thin market where one minute in five has a trade', '1min', opens(minute, () => random() < 0.2)],
    [
      '4h of a grid in New York, over its change of time',
      '4h',
      opens(hour, (time) => (localHour('America/New_York')(time) + 3) % 4 === 0),
    ],
    [
      'days from 17:00 in New York, over both changes of time',
      '1day',
      opens(hour, (time) => localHour('America/New_York')(time) === 17),
    ],
  ])('is the timeframe’s in %s', (_, timeframe, times) => {
    expect(spacingProblem(times, timeframe)).toBeUndefined();
    expect(timeframeOf(times)).toBe(timeframe);
  });

  it.each<[string, Timeframe | undefined, number[], RegExp]>([
    ['5 min apart', '1h', opens(5 * minute), /^are 5 min apart, which is no 1h/],
    ['an hour apart', '5min', opens(hour), /^are 1 h apart, which is no 5min/],
    ['3 min apart', '1min', opens(3 * minute), /^are 3 min apart, which is no 1min/],
    ['3 min apart', undefined, opens(3 * minute), /candles 3 min apart are of no timeframe.*1min, 5min/],
    ['a day and a half apart', undefined, opens(1.5 * day), /candles 1 d 12 h apart/],
    [
      'hours with some of 5 min',
      '1h',
      [
        ...opens(hour).slice(0, 240),
        ...opens(5 * minute)
          .slice(0, 10)
          .map((t) => t + 240 * hour),
      ],
      /^are 1h apart, but 2026-03-12T00:05:00.000Z is only 5 min behind the one before/,
    ],
    [
      'hours and the print at the close of the session',
      '1h',
      [...opens(hour).slice(0, 249), monday + 248.5 * hour],
      /is only 30 min behind/,
    ],
  ])('that is %s is not taken as %s', (_, timeframe, times, problem) => {
    expect(spacingProblem(times, timeframe)).toMatch(problem);
  });

  it('is taken as its own timeframe and no other, whatever gaps it has', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...timeframes),
        fc.constantFrom(...timeframes),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 248 }), fc.integer({ min: 1, max: 500 })), {
          maxLength: 60,
        }),
        (own, other, gaps) => {
          const step = timeframeMs[own];
          const skipped = new Map(gaps);
          let time = monday;
          const times = Array.from({ length: 250 }, (_, i) => (time += step * (1 + (skipped.get(i) ?? 0))));
          expect(spacingProblem(times, own)).toBeUndefined();
          if (other !== own) expect(spacingProblem(times, other)).toBeDefined();
        },
      ),
    );
  });
});
