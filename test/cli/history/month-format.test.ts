import { describe, expect, it } from 'vitest';
import { decodeMonth, encodeMonth, type MonthFile } from '../../../cli/history/files/month-format.ts';
import { candlesAt, minutesFrom } from './some-minutes.ts';

const from = Date.UTC(2024, 2, 1);
const file: MonthFile = {
  symbol: 'BTCUSD',
  month: '2024-03',
  candles: candlesAt(minutesFrom(from, 50)),
  spans: [[from, from + 60 * 60_000]],
  sources: ['données € 1.csv'],
  isSimulated: false,
};
const bytes = Buffer.concat(encodeMonth(file));

describe('the file of a month', () => {
  it('holds what was written', () => expect(decodeMonth(bytes)).toEqual(file));

  it('is read from any place in memory', () =>
    expect(decodeMonth(Buffer.concat([Buffer.alloc(3), bytes]).subarray(3))).toEqual(file));

  it('is laid out as documented: read here by docs/history.md alone', () => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    expect(bytes.toString('latin1', 0, 8)).toBe('ANSOMIN1');
    const described = view.getUint32(12, true);
    const rows = view.getUint32(16, true);
    expect(JSON.parse(bytes.toString('utf8', 24, 24 + described))).toMatchObject({
      symbol: 'BTCUSD',
      volumeKind: 'traded',
      spans: [[from, from + 3_600_000]],
    });
    const column = (n: number) =>
      Array.from({ length: rows }, (_, i) => view.getFloat64(24 + described + 8 * (n * rows + i), true));
    const { time, open, high, low, close, volume } = file.candles;
    for (const [n, values] of [time, open, high, low, close, volume].entries())
      expect(column(n)).toEqual([...values]);
    expect(bytes.length).toBe(24 + described + 48 * rows);
  });

  it('is refused with any bit turned, any piece missing and anything behind it', () => {
    for (let at = 0; at < bytes.length; at++) {
      const turned = Buffer.from(bytes);
      turned[at]! ^= 1 << (at % 8);
      expect(decodeMonth(turned), `byte ${at}`).toBeUndefined();
    }
    for (let length = 0; length < bytes.length; length += 7)
      expect(decodeMonth(bytes.subarray(0, length))).toBeUndefined();
    expect(decodeMonth(Buffer.concat([bytes, bytes]))).toBeUndefined();
  });
});
