import { describe, expect, it } from 'vitest';
import { indexAt, placeOf, timeAt } from '../../web/src/chart/bar-index.ts';
import { boxOfSignal } from '../../web/src/chart/box-of-signal.ts';
import { withOlder, type Bar } from '../../web/src/state/chart/candles.ts';
import { fixtureDecision, fixtureSignal } from '../e2e/fixture.ts';

const minute = 60_000;
const colour = 'rgb(1, 2, 3)';
const colours = {
  panel: colour,
  ink: colour,
  faint: 'faint',
  rule: colour,
  amber: 'amber',
  up: 'rgb(0, 9, 0)',
  down: 'rgb(9, 0, 0)',
  calm: colour,
  lines: [colour],
  face: 'Sans',
};
/** Opens of ten minutes, Unix seconds, and a gap of five before the last two. */
const times = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14].map((i) => 1_700_000_040 + i * 60);
const closeOf = (i: number) => times[i]! * 1000 + minute;

describe('boxOfSignal', () => {
  it('runs from the candle of the entry to the one that held the end, which is marked', () => {
    const signal = fixtureSignal('a', 'BTCUSD', '1min', closeOf(2), 'BUY', 100, 'tp');
    const ended = { ...signal, outcome: { ...signal.outcome!, resolved_at: times[5]! * 1000 + 30_000 } };
    expect(boxOfSignal(ended, times, colours)).toMatchObject({
      start: 2,
      end: 5,
      entry: 100,
      tp: signal.tp,
      sl: signal.sl,
      exit: { price: signal.tp, text: 'Take profit +1.47 R', colour: colours.up },
    });
    expect(boxOfSignal(ended, times, colours)).not.toHaveProperty('horizon');
  });

  it('of an open signal runs to the present, and paler to its horizon', () => {
    const signal = fixtureSignal('a', 'BTCUSD', '1min', closeOf(8), 'SELL', 100);
    const box = boxOfSignal(signal, times, colours);
    expect(box).toMatchObject({ start: 8, end: 9 });
    // 24 bars after its close at the end of bar 8: the last of them opens 24 bars after that one.
    expect(box?.horizon).toBe(8 + 24);
    expect(box).not.toHaveProperty('exit');
  });

  it('ends in the last candle before a gap where it ended within the gap, and never before its entry', () => {
    const signal = fixtureSignal('a', 'BTCUSD', '1min', closeOf(6), 'BUY', 100, 'expired');
    const at = (resolved_at: number) =>
      boxOfSignal({ ...signal, outcome: { ...signal.outcome!, resolved_at } }, times, colours)?.end;
    expect(at(times[7]! * 1000 + 3 * minute)).toBe(7);
    expect(at(times[0]! * 1000)).toBe(6);
  });

  it('is none where the bars begin later, for a WAIT, and where there is no signal', () => {
    expect(
      boxOfSignal(fixtureSignal('a', 'BTCUSD', '1min', closeOf(0) - minute, 'BUY', 1), times, colours),
    ).toBe(null);
    expect(boxOfSignal(fixtureSignal('a', 'BTCUSD', '1min', closeOf(1), 'BUY', 1), [], colours)).toBe(null);
    const wait = { ...fixtureSignal('a', 'BTCUSD', '1min', closeOf(1), 'BUY', 1), tp: null, sl: null };
    expect(boxOfSignal(wait, times, colours)).toBe(null);
    expect(boxOfSignal(undefined, times, colours)).toBe(null);
    expect(fixtureDecision('BTCUSD', '1min', 0).tp).toBe(null);
  });
});

describe('places of times', () => {
  it('are fractions of bars, through gaps and beyond both ends, and come back', () => {
    expect(placeOf(times, times[3]! + 30, 60)).toBe(3.5);
    expect(placeOf(times, times[7]! + 180, 60)).toBe(7.5);
    expect(placeOf(times, times[0]! - 120, 60)).toBe(-2);
    expect(placeOf(times, times[9]! + 600, 60)).toBe(19);
    for (const place of [-40, -0.5, 0, 3.25, 7.5, 8, 9, 31]) {
      expect(placeOf(times, timeAt(times, place, 60), 60)).toBeCloseTo(place, 9);
    }
    expect([indexAt(times, times[0]! - 1), indexAt(times, times[9]! + 1e6), indexAt([], 5)]).toEqual([
      -1, 9, -1,
    ]);
  });
});

describe('withOlder', () => {
  const bar = (time: number, close = 1): Bar => ({
    time,
    open: 1,
    high: 1,
    low: 1,
    close,
    volume: 0,
    complete: true,
    closed: true,
  });
  it('puts older bars in front and leaves the known ones the same objects', () => {
    const bars = [bar(120), bar(180)];
    const next = withOlder(bars, [bar(0), bar(60), bar(120, 9)]);
    expect(next.map(({ time }) => time)).toEqual([0, 60, 120, 180]);
    expect(next[2]).toBe(bars[0]);
    expect(withOlder(bars, [bar(120, 9)])).toBe(bars);
  });
  it('holds no more than it may', () => {
    const bars = Array.from({ length: 11_990 }, (_, i) => bar((i + 100) * 60));
    const next = withOlder(
      bars,
      Array.from({ length: 100 }, (_, i) => bar(i * 60)),
    );
    expect(next).toHaveLength(12_000);
    expect(next.at(-1)).toBe(bars.at(-1));
  });
});
