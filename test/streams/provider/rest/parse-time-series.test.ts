import { describe, expect, it } from 'vitest';
import { parseTimeSeries } from '../../../../streams/provider/rest/parse-time-series.ts';

const hour = 3_600_000;
const begin = Date.UTC(2026, 0, 5);
const stampOf = (i: number) => new Date(begin + i * hour).toISOString().slice(0, 19).replace('T', ' ');
const good = (i: number): Record<string, unknown> => ({
  datetime: stampOf(i),
  open: '1.1',
  high: '1.2',
  low: '1.0',
  close: '1.15',
  volume: '7',
});
const parse = (values: unknown[]) => parseTimeSeries(JSON.stringify({ status: 'ok', values }), 200);
const hundreds = Array.from({ length: 700 }, (_, i) => good(i));
const withOne = (change: unknown, at = 300) =>
  parse(
    (hundreds as unknown[]).with(
      at,
      typeof change === 'object' && change !== null ? { ...good(at), ...change } : change,
    ),
  );

describe('parseTimeSeries', () => {
  it.each<[string, object]>([
    ['a high below the close', { high: '1.12' }],
    ['a low above the open', { low: '1.11' }],
    ['a volume that is no number', { volume: 'NaN' }],
    ['a negative volume', { volume: '-1' }],
    ['zeros', { open: '0', high: '0', low: '0', close: '0' }],
    ['a null', { close: null }],
    ['negative prices', { open: '-1.1', low: '-1.2' }],
    ['an infinite price', { high: '1e999' }],
    ['a field that is missing', { open: undefined }],
    ['a price in words', { close: 'n/a' }],
  ])('leaves out of 700 bars the one with %s, and says when it opened', (_, change) => {
    const { bars, spoilt } = withOne(change);
    expect(bars).toHaveLength(699);
    expect(bars.some(({ openTime }) => openTime === begin + 300 * hour)).toBe(false);
    expect(spoilt.map(({ openTime }) => openTime)).toEqual([begin + 300 * hour]);
    expect(spoilt[0]?.why).toMatch(/2026-01-17T12:00:00/);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a word', 'oops'],
    ['a bar without a time', { datetime: undefined }],
    ['a bar of the 31st of February', { datetime: '2026-02-31 00:00:00' }],
    ['a bar of another form of time', { datetime: '04.03.2026' }],
  ])('leaves out %s, of whose time nothing is known', (_, change) => {
    const { bars, spoilt } = withOne(change);
    expect(bars).toHaveLength(699);
    expect(spoilt.map(({ openTime }) => openTime)).toEqual([null]);
  });

  it('drops two different bars of the same time, and keeps one of two equal bars', () => {
    const { bars, spoilt } = parse([...hundreds, good(5), { ...good(6), close: '1.16' }, good(6)]);
    expect(bars).toHaveLength(699);
    expect(spoilt).toEqual([{ openTime: begin + 6 * hour, why: expect.stringContaining('differ') }]);
  });

  it('leaves out several bars, and rejects an answer without a valid one', () => {
    const bad = { ...good(1), high: '1' };
    expect(parse([good(0), bad, null, good(2)])).toMatchObject({
      bars: { length: 2 },
      spoilt: { length: 2 },
    });
    expect(() => parse([bad, null])).toThrow(/none of 2 bars can be read; the first: no valid range/);
    expect(parse([])).toEqual({ bars: [], spoilt: [] });
  });
});
