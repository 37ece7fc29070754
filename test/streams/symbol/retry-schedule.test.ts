import { describe, expect, it } from 'vitest';
import { createRetrySchedule } from '../../../streams/symbol/retry-schedule.ts';

const minute = 60_000;
const day = 1440 * minute;

describe('createRetrySchedule', () => {
  it('doubles the delay of a key with each attempt, from 10 minutes up to a day', () => {
    const schedule = createRetrySchedule<string>();
    const delays: number[] = [];
    let now = 0;
    for (let i = 0; i < 10; i++) {
      expect(schedule.isDue('a', now)).toBe(true);
      schedule.attempted('a', now);
      let due = now;
      while (!schedule.isDue('a', due)) due += minute;
      delays.push((due - now) / minute);
      now = due;
    }
    expect(delays).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]);
  });

  it('starts over a day after a key was due', () => {
    const schedule = createRetrySchedule<string>();
    schedule.attempted('a', 0);
    schedule.attempted('a', 10 * minute + day + 1);
    expect(schedule.isDue('a', 20 * minute + day + 1)).toBe(true);
    schedule.attempted('b', 0);
    schedule.attempted('b', 10 * minute + day);
    expect(schedule.isDue('b', 20 * minute + day)).toBe(false);
  });

  it('forgets keys that are right, and the oldest beyond its size', () => {
    const schedule = createRetrySchedule<number>(3);
    for (const key of [1, 2, 3, 4]) schedule.attempted(key, 0);
    expect([...schedule.keys()]).toEqual([2, 3, 4]);
    schedule.forget(3);
    expect([...schedule.keys()]).toEqual([2, 4]);
    expect(schedule.isDue(3, 1)).toBe(true);
    expect(schedule.isDue(4, 1)).toBe(false);
  });
});
