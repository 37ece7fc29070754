import { describe, expect, it } from 'vitest';
import { performanceReport, type Resolved } from '../../operators/performance-report.ts';
import { PerformanceAnswer } from '../../schema/performance.ts';
import type { SignalStatus } from '../../schema/signal.ts';

const one = (status: SignalStatus, r: number | null, confidence = 0.4, resolved_at = 0): Resolved => ({
  confidence,
  outcome: { status, r, resolved_at, exit_price: 1, mfe: 1, mae: 1, ambiguous_bar: false },
});
const base = { symbol: null, timeframe: null, resolved: [], open: 0, withheld: [] };

describe('performanceReport', () => {
  it('has null, never Infinity, where nothing is resolved', () => {
    const report = performanceReport(base);
    expect(PerformanceAnswer.parse(report)).toEqual(report);
    expect(report).toMatchObject({
      resolved: 0,
      win_rate: null,
      win_rate_interval: null,
      profit_factor: null,
      expectancy_r: null,
      max_drawdown_r: null,
      brier: null,
    });
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
