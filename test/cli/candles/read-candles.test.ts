import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { gzipSync } from 'node:zlib';
import { describeFile } from '../../../cli/candles/describe-file.ts';
import { localZone } from '../../../cli/candles/times/local-zone.ts';
import { type CandleFile, readCandles } from '../../../cli/candles/read-candles.ts';
import { brokerFile, exports } from './exports.ts';

const folder = mkdtempSync(join(tmpdir(), 'candles-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function read(content: string | Buffer, zone?: string): Promise<CandleFile> {
  const file = join(folder, `${files++}.csv`);
  writeFileSync(file, content);
  return readCandles(file, zone === undefined ? {} : { zone: localZone(zone)! });
}

const rowsOf = ({ candles: { time, open, high, low, close, volume } }: CandleFile) =>
  Array.from(time, (at, i) => [at, open[i], high[i], low[i], close[i], volume[i]]);
const said = (file: CandleFile): string => describeFile('file.csv', file).join('\n');

const minute = 60_000;
const start = Date.UTC(2024, 0, 2);
const row = (i: number, price = 100 + (i % 7)) =>
  `${start + i * minute},${price},${price + 2},${price - 1},${price + 1},${i + 1}`;
const header = 'time,open,high,low,close,volume';
const rows = (count: number, change: (line: string, i: number) => string = (line) => line) =>
  Array.from({ length: count }, (_, i) => change(row(i), i));
const text = (lines: readonly string[]) => `${[header, ...lines].join('\n')}\n`;

describe('exports of others', () => {
  it.each(exports.map((one) => [one.name, one] as const))('are read: %s', async (_, one) => {
    const file = await read(one.content);
    expect(rowsOf(file)).toEqual(one.candles.map(([time, ...rest]) => [Date.parse(time), ...rest]));
    expect(file.candles.volumeKind).toBe(one.volumeKind ?? 'traded');
    for (const words of one.says) expect(said(file)).toContain(words);
  });

  it.each(
    exports.filter(({ content }) => typeof content === 'string').map((one) => [one.name, one] as const),
  )('are the same gzipped, with a byte order mark, CRLF and blank lines at the end: %s', async (_, one) => {
    const plain = await read(one.content);
    const crlf = String(one.content)
      .replace(/^\ufeff/, '')
      .replaceAll(/\r\n?|\n/g, '\r\n');
    const other = await read(gzipSync(`\ufeff${crlf}\r\n\r\n`));
    expect(rowsOf(other)).toEqual(rowsOf(plain));
  });
});

describe('zones', () => {
  it.each([
    ['UTC', 0],
    ['+02:00', 2],
    ['-5', -5],
    ['Europe/Athens', 2],
    ['America/New_York+7', 2],
    ['Asia/Tokyo', 9],
  ])('of a broker are given by --zone: %s', async (zone, hours) => {
    const file = await read(brokerFile.content, zone);
    expect([...file.candles.time]).toEqual(brokerFile.opensAt(hours));
    expect(said(file)).toContain('by --zone');
  });

  it('tell the two hours of an autumn night apart, whichever way the file runs', async () => {
    // New York, 3 November 2024: 1:00 to 1:59 comes twice, at 5:00 and at 6:00 UTC.
    const from = Date.UTC(2024, 10, 3, 4, 30);
    const shown = Array.from({ length: 180 }, (_, i) => {
      const time = from + i * minute;
      const local = time - (time < Date.UTC(2024, 10, 3, 6) ? 4 : 5) * 60 * minute;
      return `${new Date(local).toISOString().slice(0, 16).replace('T', ' ')},${1 + i},${2 + i},${1 + i},${2 + i}`;
    });
    const expected = shown.map((_, i) => from + i * minute);
    for (const lines of [shown, shown.toReversed()]) {
      const file = await read(text(lines), 'America/New_York');
      expect([...file.candles.time]).toEqual(expected);
    }
  });

  it('leave out times that their clocks skip, and say so', async () => {
    const lines = ['01:58', '01:59', '02:00', '03:00', '03:01'].map(
      (clock, i) => `2024-03-10 ${clock},1,2,1,${1 + i / 10}`,
    );
    const file = await read(text(lines), 'America/New_York');
    expect(file.candles.time).toHaveLength(4);
    expect(said(file)).toContain('1 a local time that does not exist (line 4)');
  });

  it('are unknown under other names', () => {
    for (const name of ['Mars/Phobos', '+15:00', '', 'EST5', 'America/New_York+', 'local', '+1:75'])
      expect([name, localZone(name)]).toEqual([name, undefined]);
  });
});

describe('days and months', () => {
  it('are told apart by a day that is no month, wherever it stands', async () => {
    const months = Array.from(
      { length: 20 },
      (_, i) => `01/${String(i + 1).padStart(2, '0')}/2024,1,2,1,${1 + i / 100}`,
    );
    const days = months.map((line) => line.replace(/^01\/(\d\d)/, '$1/01'));
    for (const lines of [months, days, months.toReversed()])
      expect([...(await read(text(lines))).candles.time].slice(0, 2)).toEqual([
        Date.UTC(2024, 0, 1),
        Date.UTC(2024, 0, 2),
      ]);
  });

  it('are refused where both readings are possible, or neither', async () => {
    const lines = ['01/02/2024', '01/03/2024', '01/04/2024'].map((date) => `${date},1,2,1,2`);
    await expect(read(text(lines))).rejects.toThrow('2024-02-01 or 2024-01-02 cannot be told');
    await expect(read(text(['13/01/2024,1,2,1,2', '01/14/2024,1,2,1,2']))).rejects.toThrow(
      'others the month',
    );
  });
});

describe('what is left out', () => {
  it('is counted and named by line', async () => {
    const file = await read(
      text([
        ...rows(40),
        row(40).replace(/,\d+,/, ',,'),
        row(3),
        `${start + 41 * minute},100,99,98,100,1`,
        `${start + 42 * minute},0,2,0,1,1`,
        `${start + 43 * minute},-1,2,-1,1,1`,
        `${start + 44 * minute},,,,,`,
        '',
        row(45),
      ]),
    );
    expect(file.candles.time).toHaveLength(41);
    expect(file.rows).toBe(47);
    const words = said(file);
    for (const part of [
      '6 of 47 rows',
      '1 a cell blank (line 42)',
      '1 repeated (line 43)',
      '1 high below low, or open or close outside them (line 44)',
      '2 a price not above zero (lines 45, 46)',
      '1 without any price (line 47)',
    ])
      expect(words).toContain(part);
  });

  it.each(['', 'NaN', 'null', 'N/A', '-', 'None'])('is a row with a price of %o', async (blank) => {
    const file = await read(text([...rows(20), row(20).replace(/,\d+,\d+$/, `,${blank},1`)]));
    expect(file.candles.time).toHaveLength(20);
    expect(said(file)).toContain('1 a cell blank (line 22)');
  });

  it('is the state of a candle that was still forming, and both of two that contradict each other', async () => {
    const forming = `${start + 5 * minute},105,106,105,106,2`;
    const other = row(7, 300);
    const file = await read(text([...rows(5), forming, ...rows(20).slice(5), other]));
    expect(rowsOf(file)[5]).toEqual([start + 5 * minute, 105, 107, 104, 106, 6]);
    expect(file.candles.time).not.toContain(start + 7 * minute);
    expect(said(file)).toContain('1 repeated while still forming (line 7)');
    expect(said(file)).toContain('2 one time with two prices (line');
  });

  it('is a last line that breaks off, and no other', async () => {
    const whole = text(rows(20));
    const file = await read(whole.slice(0, -8));
    expect(file.candles.time).toHaveLength(19);
    expect(said(file)).toContain('the last line, which breaks off (line 21)');
    await expect(read(text([...rows(5), '1,2', ...rows(9).slice(5)]))).rejects.toThrow(
      'line 7 (1,2) is no candle',
    );
  });

  it('refuses the file above one in a hundred rows, and not below', async () => {
    const bad = (count: number) => (line: string, i: number) =>
      i % 90 < count ? line.replace(/,\d+,\d+$/, ',0,1') : line;
    expect(
      (await read(text(rows(9_000, (line, i) => (i % 101 === 5 ? bad(90)(line, i) : line))))).candles.time,
    ).toHaveLength(8_910);
    await expect(read(text(rows(9_000, bad(1))))).rejects.toThrow(
      /100 of 9,000 rows are faulty, more than 1 %: 100 a price not above zero \(lines 2, 92, 182, 272, 362, 452, 542, 632, 722, 812, …\)/,
    );
  });
});

describe('the order of rows', () => {
  it('may be any', async () => {
    const ordered = await read(text(rows(5_000)));
    const newest = await read(text(rows(5_000).toReversed()));
    const mixed = await read(text(rows(5_000).map((_, i) => row((i * 2_003) % 5_000))));
    expect(rowsOf(newest)).toEqual(rowsOf(ordered));
    expect(rowsOf(mixed)).toEqual(rowsOf(ordered));
    expect(said(newest)).toContain('newest first, turned round');
    expect(said(mixed)).toMatch(/order {9}2,00\d rows earlier than the one before, sorted/);
  });
});

describe('refusals', () => {
  const data = (...lines: string[]) => text([...rows(12), ...lines]);
  it.each<[string, string, string | Buffer]>([
    ['an empty file', 'the file is empty', ''],
    ['blank lines', 'the file is empty', '\n\n \n'],
    ['a header alone', 'no candle', `${header}\n`],
    [
      'a price that is none',
      'line 14: open is abc, which is no price',
      data(`${start + minute * 12},abc,2,1,2,1`),
    ],
    ['a time that is none', 'line 14: tomorrow is no time', data('tomorrow,1,2,1,2,1')],
    ['a first time that is none', 'line 2 (x,1,2,1,2,1) has no time', text(['x,1,2,1,2,1', ...rows(3)])],
    ['a time that a spreadsheet cut', '1.70407E+12 is no time', data('1.70407E+12,1,2,1,2,1')],
    [
      '30 February',
      '2024-02-30 00:00 is no time',
      'time,open,high,low,close\n2024-02-29 00:00,1,2,1,2\n2024-02-30 00:00,1,2,1,2\n',
    ],
    [
      'minute 60',
      'is no time',
      'time,open,high,low,close\n2024-02-29 00:00,1,2,1,2\n2024-02-29 00:60,1,2,1,2\n',
    ],
    [
      'a price too large for one',
      '1e300, which is no price',
      data(`${start + minute * 12},1e300,1e300,1e300,1e300,1`),
    ],
    ['no high', 'no high', 'time,open,low,close,volume\n1704153600,1,1,1,1\n'],
    ['ticks', 'no open, high, low, close', lines('time,bid,ask,bidvolume,askvolume', '1704153600,1,1,1,1')],
    ['ticks of HistData', 'has not the five cells', lines('20240102 000003660,1.306600,1.306770,0')],
    [
      'rows longer than the header',
      'more than the 6 cells of the header',
      data(`${start + minute * 12},1,1,2,1,1,2,1`),
    ],
    [
      'decimal commas that are not quoted',
      'more than the 5 cells',
      lines('time,open,high,low,close', '1704153600,1,1,1,2,1,1,1,2', '1704153660,1,1,1,2,1,1,1,2'),
    ],
    [
      'a comma that may be either',
      'of 148,123 begins the decimals or separates thousands',
      lines('time,open,high,low,close', '1704153600,"148,123","148,223","148,023","148,123"'),
    ],
    ['a quotation mark left open', 'line 14 has a quotation mark', data(`"${start},1,2,1,2,1`, ...rows(3))],
    ['a single candle', 'a single candle', text(rows(1))],
    [
      'two symbols',
      'line 3 is of MSFT, those before of AAPL',
      lines('symbol,time,open,high,low,close', 'AAPL,1704153600,1,2,1,2', 'MSFT,1704153600,3,4,3,4'),
    ],
    [
      'two markets without names',
      'one time with two prices',
      text([...rows(50), ...rows(50, (line) => line.replaceAll(',10', ',20'))]),
    ],
    [
      'candles of two lengths',
      '1 min apart, but about 2024-01-02T06:00:00.000Z they are 1 h apart',
      text([...rows(300), ...rows(40, (_, i) => row(300 + 60 * (i + 1)))]),
    ],
    [
      'candles of no one length',
      'have no one length',
      text(Array.from({ length: 60 }, (_, i) => row(i * i))),
    ],
    [
      'times with and without a zone',
      'has no zone, unlike those before',
      lines('time,open,high,low,close', '2024-01-02T00:00:00Z,1,2,1,2', '2024-01-02T00:01:00,1,2,1,2'),
    ],
    ['a web page', 'is a web page', '<!DOCTYPE html><html><body>429</body></html>'],
    ['JSON', 'is JSON', '[[1499040000000,"0.01","0.8","0.01","0.02","1"]]'],
    ['a zip archive', 'is a zip archive', Buffer.from('504b0304140000000800', 'hex')],
    ['Parquet', 'is Parquet', Buffer.from('PAR1....')],
    ['zeros', 'NUL byte', Buffer.alloc(100)],
    ['gzip that breaks off', 'damaged or break off', gzipSync(text(rows(500))).subarray(0, 900)],
    [
      'gzip that is damaged',
      'damaged or break off',
      Buffer.concat([Buffer.from('1f8b08', 'hex'), Buffer.alloc(50, 7)]),
    ],
    ['a line without an end', 'line 1 has more than 16384 characters', 'x'.repeat(1e6)],
    [
      'a later line without an end',
      'line 9002 has more than 16384 characters',
      `${text(rows(9_000))}${'1'.repeat(2e5)}\n`,
    ],
    [
      'gzip that expands a thousandfold',
      'expand more than 100 times',
      gzipSync(Buffer.alloc(1 << 26, `${row(1)}\n`)),
    ],
  ])('name what is wrong: %s', async (_, sentence, content) => {
    const failure = await read(content).then(
      () => null,
      (error: Error) => error,
    );
    expect(failure).toMatchObject({ name: 'DataError', message: expect.stringContaining(sentence) });
    expect(failure!.message).not.toMatch(/\p{Cc}/u);
  });

  function lines(...all: string[]): string {
    return `${all.join('\n')}\n`;
  }
});
