import { describe, expect, it } from 'vitest';
import { equityView } from '../../web/src/components/results/equity-view.ts';
import { plotTicks } from '../../web/src/components/results/plot-ticks.ts';
import { everything, filterFault, resultsQuery } from '../../web/src/state/results.ts';

describe('resultsQuery', () => {
  const now = Date.parse('2026-11-28T12:00:00Z');

  it('asks for nothing that is not chosen', () => {
    expect(resultsQuery(everything, now)).toBe('');
    expect(resultsQuery({ ...everything, symbol: 'BRK.B', side: 'BUY' }, now)).toBe('symbol=BRK.B&side=BUY');
  });

  it('counts a period back from now, and takes days whole, in UTC', () => {
    expect(resultsQuery({ ...everything, period: '24h' }, now)).toBe(`since=${now - 86_400_000}`);
    const days = { ...everything, period: 'days', from: '2026-11-28', to: '2026-11-28' } as const;
    expect(resultsQuery(days, now)).toBe(`since=2026-11-28&until=${Date.parse('2026-11-29T00:00:00Z')}`);
    expect(resultsQuery({ ...days, from: '' }, now)).toBe(`until=${Date.parse('2026-11-29T00:00:00Z')}`);
    // Days that are not chosen as the period are kept, and not asked for.
    expect(resultsQuery({ ...days, period: '' }, now)).toBe('');
  });

  it('is not asked for a period that ends before it begins', () => {
    const days = { ...everything, period: 'days', from: '2026-11-28', to: '2026-11-27' } as const;
    expect(filterFault(days)).toContain('2026-11-27');
    expect(filterFault({ ...days, period: '7d' })).toBeNull();
    expect(filterFault({ ...days, to: '2026-11-28' })).toBeNull();
  });
});

describe('plotTicks', () => {
  it.each([
    [-28, 11, 5, [-20, -10, 0, 10]],
    [-0.5, 0.5, 5, [-0.4, -0.2, 0, 0.2, 0.4]],
    [0, 1000, 5, [0, 500, 1000]],
    [0.1, 0.3, 3, [0.1, 0.2, 0.3]],
    [3, 3, 5, [3]],
  ])('gives round values from %d to %d, at most %d', (low, high, most, ticks) => {
    expect(plotTicks(low, high, most)).toEqual(ticks);
  });

  it('gives one to five of any span', () => {
    for (let span = 1e-3; span < 1e6; span *= 1.37) {
      const ticks = plotTicks(-span / 3, span, 5);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThanOrEqual(5);
      expect(ticks).toContain(0);
    }
  });
});

describe('equityView', () => {
  const equity = [1, 3, 2.5, -1].map((r, i) => ({ time: [0, 100, 300, 400][i]!, r }));

  it('places results by their time, and the sum stays until the next', () => {
    const view = equityView(equity, 4);
    expect(view.points.map(({ x }) => x)).toEqual([0, 25, 75, 100]);
    expect(view.points.map(({ drawdown }) => drawdown)).toEqual([0, 0, -0.5, -4]);
    // From 3 at the top to −4 at the bottom; it begins at zero.
    expect(view.line).toBe('M0 42.86H0V28.57H25V0H75V7.14H100V57.14');
    expect([view.zero, view.before]).toEqual([42.86, 0]);
    expect([0, 0.4, 0.51, 1].map(view.nearest)).toEqual([0, 1, 2, 3]);
  });

  it('begins where the last of many results begin, without a fall from a zero that is not there', () => {
    const view = equityView(
      equity.map(({ time, r }) => ({ time, r: r + 50 })),
      1004,
    );
    expect(view.before).toBe(1000);
    expect(view.points.map(({ drawdown }) => drawdown)).toEqual([0, 0, -0.5, -4]);
    expect(view.line.startsWith(`M0 ${view.points[0]!.y}H0`)).toBe(true);
  });

  it('shows one result, several of one time, and none', () => {
    expect(equityView([], 0).points).toEqual([]);
    expect(equityView([{ time: 5, r: 1 }], 1).points[0]).toMatchObject({ x: 100, y: 0 });
    const same = equityView(
      [1, 2].map((r) => ({ time: 5, r })),
      2,
    );
    expect(same.points.map(({ x }) => x)).toEqual([100, 100]);
    expect(same.times).toEqual([5]);
  });
});
