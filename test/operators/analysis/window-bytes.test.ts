import { describe, expect, it } from 'vitest';
import { WINDOW } from '../../../models/decision/analyse.ts';
import { columnsOfBytes, windowBytes, windowHash } from '../../../operators/analysis/window-bytes.ts';
import { requiredCandles } from '../../../schema/posted-candles.ts';

const column = (first: number) => Float64Array.of(first, first + 0.1, Math.PI * first);
const columns = {
  time: column(1),
  open: column(2),
  high: column(3),
  low: column(4),
  close: column(5),
  volume: column(6),
  volumeKind: 'traded' as const,
};

describe('windowBytes', () => {
  it('is the six columns one after the other, float64, little endian', () => {
    const bytes = windowBytes(columns);
    expect(bytes).toHaveLength(6 * 3 * 8);
    expect(bytes.readDoubleLE(0)).toBe(1);
    expect(bytes.readDoubleLE((5 * 3 + 1) * 8)).toBe(6.1);
  });

  it('comes back to the last bit', () => {
    expect(columnsOfBytes(windowBytes(columns), 'traded')).toEqual(columns);
  });

  it('leaves the columns alone', () => {
    windowBytes(columns).fill(0);
    expect(columns.time[0]).toBe(1);
  });
});

describe('columnsOfBytes', () => {
  it('refuses bytes that are not six whole columns', () => {
    expect(() => columnsOfBytes(Buffer.alloc(47), 'none')).toThrow('47 bytes are no window of six columns');
  });
});

describe('windowHash', () => {
  it('changes with the last bit of any number', () => {
    const close = columns.close.slice();
    close[2] = close[2]! * (1 + Number.EPSILON);
    expect(windowHash({ ...columns, close })).not.toBe(windowHash(columns));
  });
});

describe('the window of an analysis', () => {
  it('is what posted candles must hold at least', () => {
    expect(requiredCandles).toBe(WINDOW);
  });
});
