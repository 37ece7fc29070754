import { describe, expect, it } from 'vitest';
import {
  performanceReport,
  type Resolved,
} from '../../../../operators/signals/outcomes/performance-report.ts';
import { PerformanceAnswer } from '../../../../schema/performance.ts';
import { wilsonInterval } from '../../../../models/report/wilson-interval.ts';
import type { Timeframe } from '../../../../schema/timeframe.ts';
import type { SignalStatus } from '../../../../schema/signal.ts';

const one = (status: SignalStatus, r: number | null, confidence = 0.4, resolved_at = 0): Resolved => ({
  symbol: 'BTCUSD',
  timeframe: '1h',
  confidence,
  outcome: { status, r, resolved_at, exit_price: 1, mfe: 1, mae: 1, ambiguous_bar: false },
});
const base = { resolved: [], open: 0, withheld: [] };

describe('performanceReport', () => {
  it('has null, never Infinity, where nothing is resolved', () => {
    const report = performanceReport(base);
    expect(PerformanceAnswer.parse(report)).toEqual(report);
    expect(report).toMatchObject({
      symbol: null,
      timeframe: null,
      side: null,
      assignment: null,
      since: null,
      until: null,
      resolved: 0,
      win_rate: null,
      win_rate_interval: null,
      profit_factor: null,
      expectancy_r: null,
      max_drawdown_r: null,
      brier: null,
    });
  });

  it('says what was asked for', () => {
    expect(performanceReport(base)).not.toHaveProperty('mode');
    const query = {
      symbol: 'BTCUSD',
      timeframe: '1h',
      side: 'BUY',
      assignment: 'gold',
      mode: 'shadow',
    } as const;
    const report = performanceReport({ ...base, query: { ...query, since: 1, until: 2 } });
    expect(report).toMatchObject({ ...query, since: 1, until: 2 });
  });

  it('leaves void ones out of every figure, and counts them apart', () => {
    const resolved = [one('tp', 1.4, 0.4, 1), one('sl', -1.1, 0.4, 2)];
    const voided = { ...one('void', null, 0.9, 3), gate: 'news' };
    const withheld = resolved.map((each) => ({ ...each, gate: 'news' }));
    const plain = performanceReport({ ...base, resolved, withheld });
    const report = performanceReport({
      ...base,
      resolved: [...resolved, voided],
      withheld: [...withheld, voided],
    });
    expect(report).toEqual({ ...plain, by_status: { ...plain.by_status, void: 1 } });
    expect(PerformanceAnswer.parse(report)).toEqual(report);
  });

  it('counts what was resolved, how it ended and what it came to', () => {
    const resolved = [
      one('tp', 1.4, 0.4, 1),
      one('sl', -1.1, 0.4, 2),
      one('expired', 0.2, 0.3, 3),
      one('sl', -1.1, 0.4, 4),
    ];
    const report = performanceReport({ ...base, resolved, open: 2 });
    expect(report).toMatchObject({ resolved: 4, wins: 2, losses: 2, win_rate: 0.5, open: 2 });
    expect(report.by_status).toEqual({ tp: 1, sl: 2, reversed: 0, expired: 1, void: 0 });
    expect(report.expectancy_r).toBeCloseTo(-0.15, 12);
    expect(report.max_drawdown_r).toBeCloseTo(2.0, 12);
    expect(report.equity.map(({ r }) => Number(r.toFixed(9)))).toEqual([1.4, 0.3, 0.5, -0.6]);
  });

  it('scores the published probability against TP, an expired one counting as no', () => {
    const report = performanceReport({ ...base, resolved: [one('tp', 1, 0.4), one('expired', 0.5, 0.4)] });
    expect(report.brier?.score).toBeCloseTo((0.6 ** 2 + 0.4 ** 2) / 2, 12);
    expect(report.calibration).toEqual([{ from: 0.4, to: 0.5, count: 2, predicted: 0.4, observed: 0.5 }]);
  });

  it('judges the odds of a reversed signal by what its levels came to, not by its reversal', () => {
    const reversed = (levels: Resolved['levels']): Resolved => ({
      ...one('reversed', -0.3),
      ...(levels !== undefined && { levels }),
    });
    const resolved = [
      ...Array.from({ length: 40 }, () => one('tp', 1.5)),
      ...Array.from({ length: 60 }, () => one('sl', -1)),
    ];
    const known = [
      ...Array.from({ length: 20 }, () => reversed(one('tp', 1.5).outcome)),
      ...Array.from({ length: 30 }, () => reversed(one('sl', -1).outcome)),
    ];
    const unfinished = [one('void', null).outcome, one('open', 0.3).outcome, null, undefined];
    const unknown = Array.from({ length: 50 }, (_, i) => reversed(unfinished[i % 4]));
    for (const [ghosts, n] of [
      [known, 150],
      [unknown, 100],
    ] as const) {
      const report = performanceReport({ ...base, resolved: [...resolved, ...ghosts] });
      expect(report.calibration).toHaveLength(1);
      expect(report.calibration[0]).toMatchObject({ count: n, observed: 0.4 });
      expect(report.brier?.reliability).toBeCloseTo(0, 12);
      expect(report.brier?.n).toBe(n);
      // Money is what the reversal left, and every signal counts.
      expect(report).toMatchObject({ resolved: 150, by_status: { tp: 40, sl: 60, reversed: 50 } });
      expect(report.expectancy_r).toBeCloseTo((40 * 1.5 - 60 - 50 * 0.3) / 150, 12);
    }
  });

  it('counts signals without a result in no statistic', () => {
    const gone = { ...one('tp', 9), outcome: { ...one('tp', 9).outcome, status: 'void' as const, r: null } };
    const report = performanceReport({ ...base, resolved: [one('sl', -1), gone] });
    expect(report).toMatchObject({ resolved: 1, expectancy_r: -1, brier: { n: 1 } });
  });

  it('gives the expectancy an error and an interval, a day counting as one cluster', () => {
    const day = 86_400_000;
    const resolved = [
      one('tp', 1.5, 0.4, day),
      one('sl', -1, 0.4, day + 5),
      one('tp', 1.5, 0.4, 2 * day),
      one('sl', -1, 0.4, 2 * day + 1),
      one('sl', -1, 0.4, 3 * day - 1),
      one('tp', 1.5, 0.4, 3 * day),
    ];
    const report = performanceReport({ ...base, resolved });
    expect(report).toMatchObject({ days: 3, expectancy_r: 0.25, design_effect: null });
    expect(report.expectancy_r_error).toBeCloseTo(0.360844, 6);
    const half = 4.30265273 * 0.36084392;
    expect(report.expectancy_r_interval![0]).toBeCloseTo(0.25 - half, 6);
    expect(report.expectancy_r_interval![1]).toBeCloseTo(0.25 + half, 6);
    expect(PerformanceAnswer.parse(report)).toEqual(report);
    expect(performanceReport({ ...base, resolved: resolved.slice(0, 2) })).toMatchObject({
      expectancy_r_error: null,
      expectancy_r_interval: null,
    });
  });

  it('widens the interval of the win rate by the design effect where it pools, and only there', () => {
    const day = 86_400_000;
    // Two markets that win and lose on the same days.
    const of = (symbol: string, timeframe: Timeframe, i: number): Resolved => {
      const end = i % 2 === 0 ? one('tp', 1.5, 0.4, i * day) : one('sl', -1, 0.4, i * day);
      return { ...end, symbol, timeframe };
    };
    const both = Array.from({ length: 20 }, (_, i) => [of('BTCUSD', '1h', i), of('ETHUSD', '1h', i)]).flat();
    const pooled = performanceReport({ ...base, resolved: both });
    const single = performanceReport({ ...base, resolved: both.filter(({ symbol }) => symbol === 'BTCUSD') });
    expect(single.design_effect).toBeNull();
    expect(single.win_rate_interval).toEqual(wilsonInterval(10, 20));
    expect(pooled.design_effect).toBeCloseTo((2 * 39) / 38, 9);
    // Twice the signals, nothing new.
    expect(pooled.win_rate_interval![0]).toBeCloseTo(single.win_rate_interval![0], 2);
    expect(pooled.win_rate_interval![1]).toBeCloseTo(single.win_rate_interval![1], 2);
    const frames = Array.from({ length: 20 }, (_, i) => [
      of('BTCUSD', '1h', i),
      of('BTCUSD', '4h', i),
    ]).flat();
    expect(performanceReport({ ...base, resolved: frames }).design_effect).toBeGreaterThan(2);
  });

  it('counts two symbols of one market once, and marks them', () => {
    const signals = [one('tp', 1.5), one('sl', -1), { ...one('sl', -1), symbol: 'BTCUSDT' }];
    const sameMarket = [{ symbols: ['BTCUSD', 'BTCUSDT'], counted: 'BTCUSD', correlation: 0.99 }];
    const withheld = [{ ...one('sl', -1), symbol: 'BTCUSDT', gate: 'news' }];
    const report = performanceReport({ ...base, resolved: signals, withheld, sameMarket });
    expect(report).toMatchObject({ resolved: 2, wins: 1, losses: 1, withheld: {} });
    expect(report.same_market).toEqual([{ ...sameMarket[0], left_out: 1 }]);
    expect(PerformanceAnswer.parse(report)).toEqual(report);
  });

  it('keeps what gates withheld apart', () => {
    const withheld = [
      { ...one('sl', -1.1), gate: 'news' },
      { ...one('tp', 1.4), gate: 'risk' },
    ];
    const report = performanceReport({ ...base, withheld });
    expect(report.resolved).toBe(0);
    expect(report.withheld.news?.expectancy_r).toBe(-1.1);
    expect(report.withheld.risk?.expectancy_r).toBe(1.4);
  });
});
