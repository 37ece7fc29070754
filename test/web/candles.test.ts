import { describe, expect, it } from 'vitest';
import { mergeHistory, volumeKindOf, withBar, type Bar } from '../../web/src/state/candles.ts';

const bar = (time: number, close: number, closed = true): Bar => ({
  time,
  open: 1,
  high: 2,
  low: 0.5,
  close,
  volume: 1,
  complete: true,
  closed,
});

describe('withBar', () => {
  it('appends a newer bar and leaves the others the same objects', () => {
    const bars = [bar(60, 1), bar(120, 2)];
    const next = withBar(bars, bar(180, 3, false));
    expect(next.map(({ time }) => time)).toEqual([60, 120, 180]);
    expect(next[0]).toBe(bars[0]);
  });
  it('replaces the forming bar, and its closed word is the last', () => {
    const closing = withBar([bar(60, 1, false)], bar(60, 2, true));
    expect(closing).toEqual([bar(60, 2, true)]);
    expect(withBar(closing, bar(60, 9, false))).toBe(closing);
  });
  it('replaces an older bar by its revision', () => {
    expect(withBar([bar(60, 1), bar(120, 2)], bar(60, 7))).toEqual([bar(60, 7), bar(120, 2)]);
  });
  it('puts a bar nobody knew where its time says', () => {
    expect(withBar([bar(60, 1), bar(180, 3)], bar(120, 2)).map(({ time }) => time)).toEqual([60, 120, 180]);
  });
});

describe('mergeHistory', () => {
  it('lets history correct what was heard live, and keeps what is newer', () => {
    const merged = mergeHistory([bar(60, 1), bar(120, 2)], [bar(120, 9), bar(180, 3, false)]);
    expect(merged).toEqual([bar(60, 1), bar(120, 2), bar(180, 3, false)]);
  });
  it('drops a bar left forming that history has passed', () => {
    expect(mergeHistory([bar(60, 1), bar(240, 4)], [bar(120, 2, false)]).map(({ time }) => time)).toEqual([
      60, 240,
    ]);
  });
  it('fills the hole of a lost connection', () => {
    const live = [bar(60, 1), bar(300, 5, false)];
    const merged = mergeHistory([bar(60, 1), bar(120, 2), bar(180, 3), bar(240, 4)], live);
    expect(merged.map(({ time }) => time)).toEqual([60, 120, 180, 240, 300]);
  });
});

describe('volumeKindOf', () => {
  it('is the kind most bars have', () => {
    const traded = { ...bar(1, 1), volume_kind: 'traded' } as const;
    const ticks = { ...bar(3, 1), volume_kind: 'ticks' } as const;
    expect(volumeKindOf([traded, ticks, traded])).toBe('traded');
    expect(volumeKindOf([bar(1, 1)])).toBeUndefined();
  });
});
