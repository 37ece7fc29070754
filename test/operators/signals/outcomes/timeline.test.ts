import { describe, expect, it } from 'vitest';
import { createTimeline, type Timeline } from '../../../../operators/signals/outcomes/timeline.ts';

const firstOf = <T>({ entries }: Timeline<T>, count: number): T[] =>
  entries.slice(0, count).map(({ value }) => value);

describe('createTimeline', () => {
  it('keeps values in the order of their times, those of one time as they came', () => {
    const line = createTimeline<string>(10);
    for (const [at, value] of [
      [5, 'b'],
      [9, 'd'],
      [1, 'a'],
      [5, 'c'],
    ] as const)
      line.add(at, value, value);
    expect(firstOf(line, 9)).toEqual(['a', 'b', 'c', 'd']);
    expect(firstOf(line, 2)).toEqual(['a', 'b']);
    expect([0, 1, 4, 5, 8, 9, 99].map((at) => line.countUpTo(at))).toEqual([0, 1, 1, 3, 3, 4, 4]);
  });

  it('has one value of an id: another time takes the place of the one before', () => {
    const line = createTimeline<string>(10);
    line.add(5, 'x', 'first');
    line.add(5, 'y', 'other');
    line.add(5, 'x', 'second');
    expect([firstOf(line, 9), line.version]).toEqual([['first', 'other'], 2]);
    line.add(6, 'x', 'later');
    expect([firstOf(line, 9), line.version]).toEqual([['other', 'later'], 3]);
    line.add(4, 'x', 'earlier');
    expect([firstOf(line, 9), line.version]).toEqual([['earlier', 'other'], 4]);
    expect([3, 4, 5].map((at) => line.countUpTo(at))).toEqual([0, 1, 2]);
  });

  it('keeps the latest, and counts each change', () => {
    const line = createTimeline<number>(3);
    for (let at = 1; at <= 5; at++) line.add(at, `${at}`, at);
    expect([firstOf(line, 9), line.version]).toEqual([[3, 4, 5], 5]);
    // What was forgotten is new again.
    line.add(6, '1', 6);
    expect([firstOf(line, 9), line.version]).toEqual([[4, 5, 6], 6]);
  });
});
