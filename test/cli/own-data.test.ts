import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { gzipSync } from 'node:zlib';
import { seededRandom, standardNormal } from '../../models/random.ts';
import { given } from '../support/needs.ts';

const folder = mkdtempSync(join(tmpdir(), 'own-data-'));
afterAll(() => rmSync(folder, { recursive: true }));
const root = join(import.meta.dirname, '../..');

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const execute = (program: string, parameters: readonly string[]): Promise<Run> =>
  new Promise((done) => {
    execFile(program, parameters, { cwd: root, timeout: 240_000 }, (error, out, err) =>
      done({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
    );
  });
const backtest = (file: string, ...more: string[]) =>
  execute(process.execPath, [
    'cli/backtest.ts',
    '--candles',
    join(folder, file),
    '--symbol',
    'BTCUSD',
    '--timeframe',
    '1min',
    '--set',
    'restarts=1',
    ...more,
  ]);

/** Minutes from 8 January 2024 on, 5:00 UTC: each begins where the last one ended. Prices have five decimals. */
const random = seededRandom(5);
let price = 1.1;
const minutes = Array.from({ length: 290 }, (_, i) => {
  const open = price;
  price *= Math.exp(0.0004 * standardNormal(random));
  const range = (1 + Math.abs(standardNormal(random))) * 0.0001;
  const cells = [open, Math.max(open, price) + range, Math.min(open, price) - range, price].map((value) =>
    value.toFixed(5),
  );
  return { time: Date.UTC(2024, 0, 8, 5, i), cells, volume: String(1 + (i % 50)) };
});

/** The local time `hours` ahead of UTC, its parts as two digits. */
function parts(time: number, hours: number) {
  const [date = '', clock = ''] = new Date(time + hours * 3_600_000).toISOString().slice(0, 19).split('T');
  const [year, month, day] = date.split('-');
  return { year, month, day, date, clock };
}

type Form = (time: number, cells: readonly string[], volume: string) => string;
const forms: readonly [name: string, header: string | null, form: Form, ...zone: string[]][] = [
  ['TradingView', 'time,open,high,low,close,Volume', (time, cells, v) => [time / 1000, ...cells, v].join()],
  [
    'Binance µs',
    null,
    (time, cells, v) => [time * 1000, ...cells, v, time * 1000 + 59_999_999, 0, 1, 0, 0, 0].join(),
  ],
  [
    'MetaTrader 4',
    null,
    (time, cells, v) => {
      const { year, month, day, clock } = parts(time, 2);
      return [`${year}.${month}.${day}`, clock.slice(0, 5), ...cells, v].join();
    },
    '--zone',
    'Europe/Athens',
  ],
  [
    'Dukascopy',
    'Local time,Open,High,Low,Close,Volume',
    (time, cells, v) => {
      const { year, month, day, clock } = parts(time, 9);
      return [`${day}.${month}.${year} ${clock}.000 GMT+0900`, ...cells, v].join();
    },
  ],
  [
    'HistData',
    null,
    (time, cells, v) => {
      const { date, clock } = parts(time, -5);
      return [`${date.replaceAll('-', '')} ${clock.replaceAll(':', '')}`, ...cells, v].join(';');
    },
  ],
  [
    'a German spreadsheet',
    '\ufeffDatum;Eröffnung;Hoch;Tief;Schluss;Volumen',
    (time, cells, v) => {
      const { year, month, day, clock } = parts(time, 0);
      return [`${day}.${month}.${year} ${clock}`, ...cells.map((cell) => cell.replace('.', ',')), v].join(
        ';',
      );
    },
  ],
  [
    'our own candles',
    'time,datetime,open,high,low,close,volume,complete',
    (time, cells, v) => [time / 1000, new Date(time).toISOString(), ...cells, v, true].join(),
  ],
];

const fileOf = (header: string | null, form: Form): string =>
  `${[...(header === null ? [] : [header]), ...minutes.map(({ time, cells, volume }) => form(time, cells, volume))].join('\n')}\n`;
const own: Form = (time, cells, volume) => [time, ...cells, volume].join();
/** What is said of the market, without what was said of the file. */
const reportIn = ({ out }: Run): string => out.slice(out.indexOf('\n\n') + 2);

describe('npm run backtest on files of others', () => {
  it('gives one report whoever wrote them, without a NaN', async () => {
    writeFileSync(join(folder, 'ours.csv'), fileOf('time,open,high,low,close,volume', own));
    const expected = await backtest('ours.csv');
    expect(expected).toMatchObject({ code: 0, err: '' });
    expect(expected.out).toContain('290 candles of 1 min, 2024-01-08 05:00 to 2024-01-08 09:50 UTC');
    expect(expected.out).toContain('decided at    41 closes from 2024-01-08 09:10 to 2024-01-08 09:50 UTC');
    expect(expected.out).toMatch(/^BTCUSD \(crypto, hours of crypto\), 1min, cost 2 bp$/m);
    for (const [name, header, form, ...zone] of forms) {
      writeFileSync(join(folder, 'theirs.csv.gz'), gzipSync(fileOf(header, form).replaceAll('\n', '\r\n')));
      const run = await backtest('theirs.csv.gz', ...zone);
      expect(run, name).toMatchObject({ code: 0, err: '' });
      // Volume counted in ticks is no confirmation of a breakout: the only difference.
      const comparable = (text: string) => text.replaceAll(/^.*breakout.*$/gm, '');
      expect(comparable(reportIn(run)), name).toBe(comparable(reportIn(expected)));
      expect(run.out, name).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it('is the same to the last bit whatever the number of threads, and counts its trades', async () => {
    writeFileSync(join(folder, 'ours.csv'), fileOf('time,open,high,low,close,volume', own));
    const written = await Promise.all(
      [1, 3].map(async (threads) => {
        const paths = ['json', 'csv'].map((kind) => join(folder, `${threads}.${kind}`));
        const { code, out } = await backtest(
          'ours.csv',
          '--threads',
          String(threads),
          '--json',
          paths[0]!,
          '--trades',
          paths[1]!,
        );
        expect(code).toBe(0);
        return { out, json: readFileSync(paths[0]!, 'utf8'), csv: readFileSync(paths[1]!, 'utf8') };
      }),
    );
    expect(written[0]).toEqual(written[1]);
    const { json, csv } = written[0]!;
    const report = JSON.parse(json) as { signals: { n: number }; equity: number[]; judgedOnMs: number };
    const [header, ...trades] = csv.trim().split('\r\n');
    expect(report.judgedOnMs).toBe(60_000);
    expect(trades).toHaveLength(report.signals.n);
    expect(trades.length).toBeGreaterThan(0);
    const at = header!.split(',').indexOf('result_r');
    const sum = trades.reduce((total, trade) => total + Number(trade.split(',')[at]), 0);
    expect(sum).toBeCloseTo(report.equity.at(-1)!, 9);
    const drawn = join(folder, 'drawn');
    mkdirSync(drawn);
    const charts = await execute(process.execPath, ['cli/backtest-charts.ts', drawn, join(folder, '1.json')]);
    expect(charts).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(drawn, 'analysis-odds.svg'), 'utf8')).toContain('1min neither');
  });

  it('says on what outcomes were judged where there are no minutes', async () => {
    const fives = minutes.map((one, i) => ({ ...one, time: Date.UTC(2024, 0, 8, 0, 5 * i) }));
    writeFileSync(
      join(folder, 'fives.csv'),
      ['time,open,high,low,close', ...fives.map(({ time, cells }) => [time, ...cells].join())].join('\n'),
    );
    const run = await backtest('fives.csv', '--timeframe', '5min');
    expect(run.out).toContain('290 candles of 5 min');
    expect(run.out).toMatch(/outcomes {6}judged on candles of 5 min; .* Minutes would tell which came first/);
  });

  it('warns where candles stand in hours in which the market is closed', async () => {
    const saturday = minutes.map((one) => ({ ...one, time: one.time - 2 * 86_400_000 }));
    writeFileSync(
      join(folder, 'saturday.csv'),
      ['time,open,high,low,close', ...saturday.map(({ time, cells }) => [time, ...cells].join())].join('\n'),
    );
    const run = await backtest('saturday.csv', '--symbol', 'EURUSD');
    expect(run.out).toContain(
      '290 candles open while the market of EURUSD is closed: are --zone and --symbol right?',
    );
    expect((await backtest('saturday.csv')).out).not.toContain('closed:');
  });
});

describe('what is refused', () => {
  const few = [
    'time,open,high,low,close',
    ...minutes.slice(0, 100).map(({ time, cells }) => [time, ...cells].join()),
  ];
  const hours = [
    'time,open,high,low,close',
    '1704153600,1,2,1,2',
    '1704157200,1,2,1,2',
    '1704160800,1,2,1,2',
  ];
  it.each<[number, string, readonly string[], ...string[]]>([
    [65, 'the file makes 100 whole candles of 1min, and 250 are needed', few],
    [65, 'candles of 1 h cannot be made into candles of 1min', hours],
    [65, 'x.csv: line 102: high is 1,5, which is no price', [...few, '1704999000,1,"1,5",1,1']],
    [65, 'x.csv: the file is a web page', ['<html>']],
    [64, '--set nothing=1: NAME=number is needed, with one of horizonBars, ', few, '--set', 'nothing=1'],
    [64, '--set toString=1: NAME=number is needed', few, '--set', 'toString=1'],
    [64, '--set horizonBars=x: a whole number from 1 to 500', few, '--set', 'horizonBars=x'],
    [64, '--set restarts=1e9: a whole number from 1 to 200', few, '--set', 'restarts=1e9'],
    [64, '--set stopMultiple=: a number from 0.01 to 10', few, '--set', 'stopMultiple='],
    [64, '--set stopMultiple=NaN: a number', few, '--set', 'stopMultiple=NaN'],
    [64, '--zone Mars: UTC, a shift', few, '--zone', 'Mars'],
    [64, '--symbol a b: a symbol has letters', few, '--symbol', 'a b'],
    [64, '--cost-bps 1e300: a number from 0 to 1000', few, '--cost-bps', '1e300'],
  ])('ends with %i and a sentence: %s', async (code, sentence, lines, ...more) => {
    writeFileSync(join(folder, 'x.csv'), lines.join('\n'));
    for (const file of ['cli/backtest.ts', 'cli/audit-lookahead.ts']) {
      if (file !== 'cli/backtest.ts' && (more[0] === '--set' || sentence.includes('250'))) continue;
      const run = await execute(process.execPath, [
        file,
        '--candles',
        join(folder, 'x.csv'),
        '--symbol',
        'BTCUSD',
        '--timeframe',
        '1min',
        ...more,
      ]);
      expect(run.err, file).toContain(sentence);
      expect(run.err, file).not.toMatch(/\n\s+at /);
      expect(run.code, file).toBe(code);
    }
  });
});

describe('progress', given('script of util-linux', existsSync('/usr/bin/script')), () => {
  it('is written to a terminal, and its line is gone at the end', async () => {
    writeFileSync(join(folder, 'ours.csv'), fileOf('time,open,high,low,close,volume', own));
    const asked = `${process.execPath} cli/backtest.ts --candles ${join(folder, 'ours.csv')} --symbol BTCUSD --timeframe 1min`;
    const { out } = await execute('script', ['-qec', asked, '/dev/null']);
    expect(out).toMatch(/analysing: \d+ of 41 \(\d+ %\), \d+ s left/);
    expect(out).toContain('\r\u001b[K\r\n');
  });
});
