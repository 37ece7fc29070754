import { describe, expect, it } from 'vitest';
import { repairRange } from '../../../operators/candles/repair-range.ts';

const minute = 60_000;
const taken = (range: ReturnType<typeof repairRange>, decided: number, isAway = false) => {
  const due = range.take(decided * minute, isAway);
  return due === undefined ? undefined : [due.from / minute, due.to / minute];
};
const wanting = (from: number, to: number, decided: number, reach = 300) => {
  const range = repairRange(reach * minute);
  range.add(from * minute, to * minute, decided * minute);
  return range;
};

describe('repairRange', () => {
  it('asks for nothing where nothing is wanted', () => {
    expect(taken(repairRange(300 * minute), 1000)).toBeUndefined();
  });

  it('asks once all of it is decided, and once', () => {
    const range = wanting(5, 7, 5);
    expect(taken(range, 6)).toBeUndefined();
    expect(taken(range, 7)).toEqual([5, 7]);
    expect(taken(range, 8)).toBeUndefined();
  });

  it('gathers what is wanted from the first to the last', () => {
    const range = wanting(5, 7, 8);
    range.add(2 * minute, 3 * minute, 8 * minute);
    range.add(6 * minute, 8 * minute, 8 * minute);
    expect(taken(range, 8)).toEqual([2, 8]);
  });

  it('asks for nothing while the feed is away, and then for all', () => {
    const range = wanting(5, 7, 5);
    expect(taken(range, 90, true)).toBeUndefined();
    expect(taken(range, 90)).toEqual([5, 7]);
  });

  it('puts off five minutes for one more interruption, then asks for what is decided, and later for the rest', () => {
    const range = wanting(5, 6, 5);
    for (let at = 6; at <= 9; at++) {
      range.add(at * minute, (at + 1) * minute, (at - 1) * minute);
      expect(taken(range, at)).toBeUndefined();
    }
    range.add(10 * minute, 11 * minute, 9 * minute);
    expect(taken(range, 10)).toEqual([5, 10]);
    expect(taken(range, 10)).toBeUndefined();
    expect(taken(range, 11)).toEqual([10, 11]);
  });

  it('measures the five minutes from when it began to gather', () => {
    const range = wanting(5, 7, 5);
    expect(taken(range, 7)).toEqual([5, 7]);
    range.add(20 * minute, 30 * minute, 20 * minute);
    expect(taken(range, 24)).toBeUndefined();
    expect(taken(range, 25)).toEqual([20, 25]);
    // And the rest is put off anew.
    expect(taken(range, 29)).toBeUndefined();
    expect(taken(range, 30)).toEqual([25, 30]);
  });

  it('reaches back only so far, and asks for nothing beyond', () => {
    expect(taken(wanting(5, 50, 50, 20), 50)).toEqual([30, 50]);
    expect(taken(wanting(5, 30, 50, 20), 50)).toBeUndefined();
    expect(taken(wanting(5, 31, 50, 20), 50)).toEqual([30, 31]);
  });

  it.each([
    [[5, 7], undefined],
    [[3, 9], undefined],
    [
      [5, 6],
      [6, 7],
    ],
    [
      [3, 6],
      [6, 7],
    ],
    // What is left would be two requests.
    [
      [6, 7],
      [5, 7],
    ],
    [
      [3, 5],
      [5, 7],
    ],
  ])('after an answer for %j it still asks for %j of 5 to 7', (answered, rest) => {
    const range = wanting(5, 7, 5);
    range.remove(answered[0]! * minute, answered[1]! * minute);
    expect(taken(range, 7)).toEqual(rest);
    range.add(8 * minute, 9 * minute, 9 * minute);
    expect(taken(range, 9)).toEqual([8, 9]);
  });
});
