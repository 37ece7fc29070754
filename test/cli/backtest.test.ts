import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aggregateCandles } from '../../cli/aggregate-candles.ts';
import { candidateOdds } from '../../cli/backtest/candidate-odds.ts';
import { horizonOf } from '../../cli/backtest/horizon-of.ts';
import { printReport } from '../../cli/backtest/report/print-report.ts';
import { type FollowedLevels, followTrades } from '../../cli/backtest/follow-trades.ts';
import { foldFile } from '../../cli/backtest/file/fold-file.ts';
import type { WithheldSignal } from '../../cli/backtest/played-signals.ts';
import { playSignals } from '../../cli/backtest/play-signals.ts';
import { runBacktest } from '../../cli/backtest/run-backtest.ts';
import type { Reading } from '../../cli/backtest/reading.ts';
import type { Summary } from '../../cli/backtest/report/summarise.ts';
import { candlesUpTo } from '../../cli/backtest/analyse-bars.ts';
import { verdict } from '../../cli/backtest/report/verdict.ts';
import { walkForward } from '../../cli/backtest/walk-forward.ts';
import { withheldByReason } from '../../cli/backtest/report/withheld-by-reason.ts';
import type { SpacedCandles } from '../../cli/candles/spaced-candles.ts';
import { toColumns } from '../../cli/candles/to-columns.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import { analyse } from '../../models/decision/analyse.ts';
import { learnBar, profileMemory, profileOf } from '../../models/volatility/volatility-profile.ts';
import { seededRandom } from '../../models/random.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { btcMinutes, needsBtc } from '../models/btc-candles.ts';
import { seasonalMarket } from '../models/synthetic-markets.ts';

const minute = 60_000;
const rows = (values: number[][]): SpacedCandles => ({
  ...toColumns(values),
  volumeKind: 'traded',
  spacingMs: minute,
});

describe('aggregateCandles', () => {
  it('folds whole windows of the grid and leaves cut ones out', () => {
    const minutes = rows([4, 5, 6, 7, 8, 9, 10, 11].map((m) => [m * minute, m, m + 2, m - 2, m + 1, 1]));
    const folded = aggregateCandles(minutes, 5 * minute);
    expect(folded).toMatchObject({
      time: Float64Array.of(5 * minute),
      open: Float64Array.of(5),
      high: Float64Array.of(11),
      low: Float64Array.of(3),
      close: Float64Array.of(10),
      volume: Float64Array.of(5),
    });
  });
});

describe('followTrades', () => {
  const buy = { direction: 1, entry: 100, tp: 103, sl: 98, from: 0, expiresAt: 3 * minute } as const;
  const after = (...bars: [open: number, high: number, low: number, close: number][]): SpacedCandles =>
    rows(bars.map(([open, high, low, close], m) => [m * minute, open, high, low, close, 1]));
  const follow = (minutes: SpacedCandles, trade: FollowedLevels = buy) => followTrades(minutes, [trade])[0];

  it('ends at the first level met, at the stop where one minute held both', () => {
    expect(follow(after([100, 101, 99, 100], [100, 103, 100, 101]))).toMatchObject({
      status: 'tp',
      exit_price: 103,
      resolved_at: 2 * minute,
    });
    expect(follow(after([100, 101, 98, 100]))).toMatchObject({
      status: 'sl',
      exit_price: 98,
      ambiguous_bar: false,
    });
    expect(follow(after([100, 104, 97, 100]))).toMatchObject({ status: 'sl', ambiguous_bar: true });
    expect(follow(after([97, 97, 96, 97]))).toMatchObject({ status: 'sl', exit_price: 97 });
    const sell = { ...buy, direction: -1, tp: 97, sl: 102 } as const;
    expect(follow(after([100, 101, 97, 98]), sell)).toMatchObject({ status: 'tp', exit_price: 97 });
  });

  it('takes the open of a minute first', () => {
    expect(follow(after([104, 104, 97, 98]), { ...buy, expiresAt: minute })).toMatchObject({
      status: 'tp',
      exit_price: 103,
      ambiguous_bar: false,
    });
  });

  it('gives up at the horizon, at the last close before it, and does not know beyond the data', () => {
    const idle: [number, number, number, number] = [100, 101, 99, 100.5];
    const expired = { status: 'expired', resolved_at: 3 * minute, exit_price: 100.5 };
    expect(follow(after(idle, idle, idle, idle))).toMatchObject(expired);
    expect(follow(after(idle, idle, idle))).toMatchObject(expired);
    expect(follow(after(idle, idle))).toBeUndefined();
  });

  it('never looks at the minute after the horizon, however long the market was silent before it', () => {
    const bars = [
      [0, 100, 101, 99, 99.2, 1],
      [3092 * minute, 97, 97, 96, 97, 1],
    ];
    const expired = { status: 'expired', resolved_at: 3 * minute };
    expect(follow(rows(bars))).toMatchObject({ ...expired, exit_price: 99.2 });
    // No trade at all: the entry is the last price known.
    expect(follow(rows(bars), { ...buy, from: minute })).toMatchObject({ ...expired, exit_price: 100 });
  });

  it('tells many apart, each by its own prices', () => {
    const minutes = after([100, 101, 99, 100], [100, 103, 100, 101], [101, 101, 98, 98]);
    const later = { ...buy, from: 2 * minute };
    expect(followTrades(minutes, [buy, { ...buy, tp: 104 }, later]).map((one) => one?.status)).toEqual([
      'tp',
      'sl',
      'sl',
    ]);
  });
});

describe('horizonOf', () => {
  const friday = Date.UTC(2024, 0, 5, 21, 0);
  const hour = 60 * minute;

  it('counts bars of the market: a weekend does not use it up', () => {
    // Pairs close on Friday at 22:00 UTC and open on Sunday at 22:00.
    expect(horizonOf('EURUSD', '30min')(friday, 4)).toBe(friday + 50 * hour);
    expect(horizonOf('EURUSD', '30min')(friday, 2)).toBe(friday + hour);
    expect(horizonOf('BTCUSD', '30min')(friday, 4)).toBe(friday + 2 * hour);
  });
});

describe('playSignals and candidateOdds', () => {
  /** Candles of 5min over minutes that stand still, with calls at some bars. */
  const still = (bars: number) =>
    rows(Array.from({ length: 5 * bars }, (_, m) => [m * minute, 100, 100.5, 99.5, 100, 1]));
  const wandering = toColumns(
    Array.from({ length: 250 }, (_, i) => [i * minute, 100, 101, 99, 100 + Math.sin(i * i), 1]),
  );
  const sample = analyse({ ...wandering, volumeKind: 'traded' }, { restarts: 1 });
  const call = (direction: 'BUY' | 'SELL', over = {}): Analysis => ({
    ...sample,
    direction,
    entry: 100,
    tp: direction === 'BUY' ? 103 : 97,
    sl: direction === 'BUY' ? 98 : 102,
    horizonBars: 4,
    risk: { ...sample.risk!, probTpHit: 0.4 },
    ...over,
  });
  const wait: Analysis = { ...sample, direction: 'WAIT', tp: null, sl: null, confidence: 0 };
  const play = (minutes: SpacedCandles, calls: [number, Analysis][], reading: Reading = { gates: null }) => {
    const market = { minutes, symbol: 'BTCUSD', timeframe: '5min' } as const;
    const folded = foldFile(market);
    const called = new Map(calls);
    const analyses = Array.from(folded.closeTimes, (_, bar) => called.get(bar) ?? wait);
    const options = { costBps: 0 };
    return playSignals({ market, folded, analyses, options, bars: 1, readings: { own: reading } });
  };
  const signalsOf = async (...of: Parameters<typeof play>) => (await play(...of)).own.signals;
  const barOf = ({ closeTime }: { closeTime: number }) => closeTime / (5 * minute) - 1;

  it('cuts signals at the last full horizon, also those that met a level before the end of the data', async () => {
    const minutes = still(20);
    minutes.high.fill(103, 86);
    const bars = [0, 5, 10, 15, 17].map((bar): [number, Analysis] => [bar, call('BUY')]);
    const signals = await signalsOf(minutes, bars);
    expect(signals.map((signal) => [barOf(signal), signal.end])).toEqual([
      [0, 'expired'],
      [5, 'expired'],
      [10, 'expired'],
      [15, 'tp'],
    ]);
  });

  it('cuts candidates there too', () => {
    const minutes = still(20);
    minutes.high.fill(103, 90);
    const candidate = { direction: 'BUY', tp: 103, sl: 98 };
    const risk = { probTpHit: 0.4, probSlHit: 0.5, probNeither: 0.1 };
    const calls = [14, 15, 16, 17].map((bar): [number, Analysis] => [bar, call('BUY', { candidate, risk })]);
    const horizon = horizonOf('BTCUSD', '5min');
    const candles = aggregateCandles(minutes, 5 * minute);
    const closeOf = (bar: number) => candles.time[bar]! + 5 * minute;
    expect(candidateOdds(candles, minutes, new Map(calls), { closeOf, horizon })).toMatchObject([
      { came: 0 },
      { came: 0 },
    ]);
  });

  it('judges the odds of a reversed signal by its levels, and teaches only what had come by then', async () => {
    const minutes = still(30);
    minutes.high.fill(103, 14, 15);
    const signals = await signalsOf(minutes, [
      [0, call('BUY')],
      [1, call('SELL', { sl: 120, tp: 80 })],
      [2, call('BUY', { tp: 120, sl: 80 })],
      [9, call('BUY')],
    ]);
    expect(signals.map(({ end, levels }) => [end, levels.end])).toEqual([
      ['reversed', 'tp'],
      ['reversed', 'neither'],
      ['expired', 'neither'],
      ['expired', 'neither'],
    ]);
    // The first one's levels were met in the minute that ends with the third one's candle.
    expect(signals[1]!.calibrated).toBeCloseTo(0.4, 12);
    expect(signals[2]!.calibrated).toBeCloseTo((1 + 50 * 0.4) / 51, 9);
    expect(signals[3]!.calibrated).toBeCloseTo((1 + 50 * 0.4) / 53, 9);
  });

  it('issues nothing again in a direction that is open, and opens anew at the close at which its horizon ends', async () => {
    const calls = [0, 1, 2, 3, 4].map((bar): [number, Analysis] => [bar, call('BUY')]);
    const signals = await signalsOf(still(20), calls);
    expect(signals.map((signal) => [barOf(signal), signal.end])).toEqual([
      [0, 'expired'],
      [4, 'expired'],
    ]);
    expect(signals[0]!.closedAt).toBe(signals[1]!.closeTime);
  });

  it('has the gates of the server withhold one idea once, with its own reason, and follow it', async () => {
    const minutes = still(60);
    minutes.low.fill(97, 70, 71);
    const calls: [number, Analysis][] = [
      [9, call('BUY')],
      [10, call('SELL')],
      [11, call('SELL')],
    ];
    const { signals, withheld } = (await play(minutes, calls, { gates: {} })).own;
    expect(signals.map((signal) => [barOf(signal), signal.side, signal.end])).toEqual([[9, 1, 'expired']]);
    expect(withheld).toEqual([
      {
        reason: 'the last signal of BTCUSD is less than 15 minutes old',
        levels: expect.objectContaining({ end: 'tp', at: 71 * minute }),
        r: 1.5,
      },
    ]);
  });

  it('ends a signal without a result where the price goes on in another unit', async () => {
    const minutes = still(30);
    for (const column of ['open', 'high', 'low', 'close'] as const)
      minutes[column] = minutes[column].map((price, m) => (m < 20 ? price : price / 100));
    const { signals, voids } = (await play(minutes, [[0, call('BUY')]])).own;
    expect([signals, voids]).toEqual([[], 1]);
  });
});

describe('walkForward', () => {
  it('tells each bar the hours as they were known at its close, wherever a thread’s share begins', async () => {
    const candles = seasonalMarket(4, 6, 30);
    const last = candles.close.length - 1;
    const options = { restarts: 1 };
    const analyses = await walkForward(candles, options, 1, 30 * minute);
    const memory = profileMemory(30 * minute);
    let told = 0;
    for (let bar = 0; bar <= last; bar++) {
      learnBar(memory, candles.time[bar]!, candles.close[bar]!);
      if (bar < 249 || bar % 7 !== 0) continue;
      const profile = profileOf(memory);
      if (profile !== undefined) told++;
      expect(analyses.get(bar)).toEqual(
        analyse(candlesUpTo(candles, bar), { ...options, ...(profile && { profile }) }),
      );
    }
    expect(analyses.size).toBe(last + 1 - 249);
    expect(told).toBeGreaterThan(2);
  });
});

describe('walkForward on many threads', () => {
  it('keeps the order of the bars, though later ones are done first', async () => {
    // Windows with the jump are refused at once, the forty before it are fitted.
    const prices = Array.from({ length: 420 }, (_, i) => (i < 290 ? 100 : 200) + Math.sin(i * i));
    const candles = rows(prices.map((close, i) => [i * minute, close, close + 1, close - 1, close, 1]));
    const analyses = await walkForward(candles, { restarts: 50 }, 3, minute);
    expect([...analyses.keys()]).toEqual(Array.from({ length: 171 }, (_, i) => 249 + i));
    expect([...analyses.values()].map(({ entry }) => entry)).toEqual(prices.slice(249));
  });

  it('tells how far it is', async () => {
    const candles = rows(Array.from({ length: 340 }, (_, i) => [i * minute, 1, 1, 1, 1, 1]));
    const told: number[][] = [];
    await walkForward(candles, {}, 2, minute, (done, all) => told.push([done, all]));
    expect(told.map(([, all]) => all)).toEqual([91, 91, 91]);
    expect(told.at(-1)).toEqual([91, 91]);
  });
});

describe('runBacktest', () => {
  it('measures a stretch of real candles, with honest odds', needsBtc, async () => {
    const minutes = btcMinutes(440 * 30);
    const { report } = await runBacktest({
      minutes,
      symbol: 'BTCUSD',
      timeframe: '30min',
      analyse: { costBps: 2 },
      threads: 2,
    });
    const { decisions, signals, candidates, equity, oddsDisagreement } = report;
    // The stretch starts inside a window of the grid, so the first of 441 is cut off.
    expect(decisions).toBe(440 - 1 - 249);
    expect(signals.n).toBeGreaterThan(0);
    expect(Object.values(signals.ends).reduce((sum, n) => sum + n, 0)).toBe(signals.n);
    expect(equity.at(-1)! / signals.n).toBeCloseTo(signals.expectancyR, 9);
    expect(candidates.predicted.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
    expect(candidates.observed.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
    expect(
      report.gated.n + Object.values(report.withheld).reduce((sum, { n }) => sum + n, 0),
    ).toBeGreaterThanOrEqual(signals.n);
    expect(oddsDisagreement.largest).toBeLessThan(0.03);
  });

  /** Windows of odd markets: still, tiny, huge, with a jump, with one price again and again. */
  const odd: readonly [string, (i: number, noise: number) => number][] = [
    ['stands still', () => 100],
    ['stands still, then moves', (i, noise) => (i < 240 ? 100 : 100 + noise)],
    ['is tiny', (_, noise) => 1e-11 * (2 + noise)],
    ['is huge', (_, noise) => 1e14 * (2 + noise)],
    ['jumps a thousandfold', (i, noise) => (i < 200 ? 1 : 1_000) * (2 + noise)],
    ['alternates', (i) => 100 + (i % 2)],
    ['trends without noise', (i) => 100 * 1.001 ** i],
    ['moves wildly', (_, noise) => Math.exp(10 * noise)],
  ];
  it.each(odd)('prints no NaN of a market that %s', async (_, priceAt) => {
    const noise = (i: number) => Math.abs(Math.sin(i * 12.9898) * 43_758.5453) % 1;
    const minutes = rows(
      Array.from({ length: 280 }, (__, i) => {
        const [open, close] = [priceAt(i, noise(i)), priceAt(i + 1, noise(i + 1))];
        return [i * minute, open, Math.max(open, close), Math.min(open, close), close, 1 + (i % 3)];
      }),
    );
    const { report } = await runBacktest({
      minutes,
      symbol: 'BTCUSD',
      timeframe: '1min',
      analyse: { costBps: 2, restarts: 2 },
      threads: 1,
    });
    expect(report.decisions).toBe(31);
    expect(printReport('title', report, 2)).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('what a backtest says to its user', () => {
  /** Minutes that wander by up to 0.1 % each. */
  const wandering = (count: number): SpacedCandles => {
    const random = seededRandom(7);
    let price = 100;
    return rows(
      Array.from({ length: count }, (_, i) => {
        const open = price;
        price *= 1 + 0.002 * (random() - 0.5);
        return [i * minute, open, Math.max(open, price), Math.min(open, price), price, 1];
      }),
    );
  };
  const backtest = (minutes: SpacedCandles, timeframe: Timeframe, costBps = 2) =>
    runBacktest({
      minutes,
      symbol: 'BTCUSD',
      timeframe,
      analyse: { costBps, restarts: 1, scoreQuantile: 0 },
      threads: 1,
    });

  it.each<[number, Timeframe, string]>([
    [
      3000,
      '30min',
      'the file makes 100 whole candles of 30min, and 250 are needed before the first decision: --timeframe 5min makes 600 of it; 30min takes a file of at least 7,500 minutes (5 d 5 h) of an open market',
    ],
    [3000, '1day', '--timeframe 5min makes 600 of it; 1day takes a file of at least 360,000 minutes (250 d)'],
    [5000, '30min', '--timeframe 15min makes 333 of it'],
    // 250 candles of 5min would make one decision, and no outcome.
    [1250, '15min', '--timeframe 1min makes 1,250 of it'],
    [200, '5min', 'first decision: 5min takes a file of at least 1,250 minutes (20 h 50 min)'],
  ])('names the way out where %i minutes are too few for %s', async (count, timeframe, sentence) => {
    await expect(backtest(wandering(count), timeframe)).rejects.toThrow(sentence);
  });

  it('offers no timeframe that the candles of the file cannot be folded to', async () => {
    const apart = (spacing: number): SpacedCandles => {
      const candles = wandering(700);
      return { ...candles, time: candles.time.map((at) => at * spacing), spacingMs: spacing * minute };
    };
    await expect(backtest(apart(5), '15min')).rejects.toThrow(/--timeframe 5min makes 700 of it/);
    await expect(backtest(apart(20), '1h')).rejects.toThrow(
      'before the first decision: 1h takes a file of at least 15,000 minutes (10 d 10 h)',
    );
  });

  it('says why there is no signal where cost refuses all of them, and only there', async () => {
    const minutes = wandering(290);
    const why =
      /at --cost-bps 1000 every direction costs more .* try a lower --cost-bps .* or a longer --timeframe/;
    const { report: dear } = await backtest(minutes, '1min', 1000);
    expect(dear.called).toBe(0);
    expect(dear.refused['cost']).toBeGreaterThan(0);
    expect(printReport('title', dear, 1000)).toMatch(why);
    expect(printReport('title', dear, 1000)).toMatch(/\nverdict {7}No verdict: no signal was issued[^\n]*$/);
    const { report: cheap } = await backtest(minutes, '1min', 0);
    expect(cheap.called).toBeGreaterThan(0);
    expect(printReport('title', cheap, 0)).not.toContain('every direction costs');
    expect(printReport('title', { ...dear, refused: { cost: 0 } }, 0)).not.toContain('every direction costs');
  });

  it('groups withheld entries by reason, with numbers or their range, never a placeholder', async () => {
    const entry = (reason: string, r: number) => ({ reason, r, levels: { end: 'tp' } }) as WithheldSignal;
    const withheld = withheldByReason([
      entry('the last signal of EURUSD is less than 15 minutes old', 1),
      entry('cost is 0.31 of the distance to SL, more than 0.25', 1),
      entry('cost is 0.26 of the distance to SL, more than 0.25', 0),
      entry('cost is 1.40 of the distance to SL, more than 0.25', 2),
      entry('its expectation of -0.120 R after cost is under 0.1 R', 0),
      entry('its expectation of 0.050 R after cost is under 0.1 R', 0),
      entry('20 signals of US500 within the last day', 0),
    ]);
    const { report } = await backtest(wandering(290), '1min', 0);
    const lines = printReport('title', { ...report, withheld }, 0).match(/(?<=withheld ).*(?=; P)/g);
    expect(lines).toEqual([
      '1: the last signal of EURUSD is less than 15 minutes old',
      '3: cost is 0.26 to 1.40 of the distance to SL, more than 0.25',
      '2: its expectation of -0.120 to 0.050 R after cost is under 0.1 R',
      '1: 20 signals of US500 within the last day',
    ]);
    expect(Object.values(withheld)[1]).toMatchObject({ n: 3, tp: 1, expectancyR: 1 });
  });

  it.each<[number, number, number, string]>([
    [
      41,
      -0.12,
      0.13,
      'No edge: -0.120 R a signal after cost, 95 % interval -0.250 to +0.010 holds 0 (N = 41).',
    ],
    [
      400,
      0.12,
      0.1,
      'An edge in this file: +0.120 R a signal after cost, 95 % interval +0.020 to +0.220 lies above 0 (N = 400).',
    ],
    [
      400,
      -0.12,
      0.1,
      'A loss in this file: -0.120 R a signal after cost, 95 % interval -0.220 to -0.020 lies below 0 (N = 400).',
    ],
    [
      3,
      1,
      0.5,
      'An edge in this file: +1.000 R a signal after cost, 95 % interval +0.500 to +1.500 lies above 0 (N = 3). So few signals prove little.',
    ],
    [1, 1.5, 0, 'No verdict: +1.500 R after cost of a single signal (N = 1).'],
    [0, Number.NaN, 0, 'No verdict: no signal was issued whose horizon lies in the data.'],
  ])('judges %i signals of %f ± %f R in a sentence', (n, expectancyR, expectancyError, sentence) => {
    expect(verdict({ n, expectancyR, expectancyError } as Summary)).toBe(sentence);
  });

  it('ends its report with the verdict on the figures of the line of signals', async () => {
    const { report } = await backtest(wandering(400), '1min', 0);
    const text = printReport('title', report, 0);
    const [, n, mean] = /^signals +(\d+) .* R (\S+) ±/m.exec(text)!;
    expect(text.split('\n').at(-1)).toMatch(/^verdict {7}(?:No edge|An edge|A loss)/);
    expect(text.split('\n').at(-1)).toContain(`: ${mean!.startsWith('-') ? '' : '+'}${mean} R a signal`);
    expect(text.split('\n').at(-1)).toContain(`(N = ${n})`);
  });

  it('finds out before the work that an output cannot be written', () => {
    const folder = mkdtempSync(join(tmpdir(), 'backtest-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const candles = join(folder, 'candles.csv');
    const { time, open, high, low, close } = wandering(260);
    const lines = [...time].map((at, i) => [at + 1.7e12, open[i], high[i], low[i], close[i]].join());
    writeFileSync(candles, ['time,open,high,low,close', ...lines].join('\n'));
    const missing = join(folder, 'nope', 'x.csv');
    for (const [option, path, sentence] of [
      ['--trades', missing, `${missing} needs the folder ${join(folder, 'nope')}: there is no such`],
      ['--json', missing, `${missing} needs the folder ${join(folder, 'nope')}: there is no such`],
      ['--trades', folder, `${folder}: is a folder`],
      ['--trades', join(candles, 'x.csv'), 'is no folder'],
    ] as const) {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ['cli/backtest.ts', '--candles', candles, '--symbol', 'BTCUSD', '--timeframe', '1min', option, path],
        { cwd: join(import.meta.dirname, '../..'), encoding: 'utf8', timeout: 60_000 },
      );
      // Not even the file of candles was read.
      expect([status, stdout], path).toEqual([66, '']);
      expect(stderr).toContain(sentence);
    }
  });
});
