import { describe, expect, it } from 'vitest';
import { analyse } from '../../../models/decision/analyse.ts';
import { quietAnalysis } from '../../../models/decision/quiet-analysis.ts';
import { analysePosted } from '../../../operators/analysis/analyse-posted.ts';
import { INEXPERIENCED } from '../../../models/odds/experience.ts';
import { analyseWindow } from '../../../operators/analysis/analyse-window.ts';
import { breakOf } from '../../../operators/analysis/break-of.ts';
import { candleColumnsOf } from '../../../operators/candles/candle-columns-of.ts';
import { UNTAUGHT } from '../../../operators/signals/outcomes/learning-book.ts';
import { resultHash, toDecision } from '../../../operators/analysis/to-decision.ts';
import { columnsOfBytes, windowBytes, windowHash } from '../../../operators/analysis/window-bytes.ts';
import { Decision } from '../../../schema/signal.ts';
import { candlesUntil, minute } from '../signals/signal-samples.ts';

/** A seeded walk with a lasting drift in its last third. */
const bars = (count: number) => {
  let [price, state] = [100, 7];
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: count }, (_, i) => {
    const open = price;
    price *= Math.exp(0.004 * (random() - 0.5) + (i > (2 * count) / 3 ? 0.0008 : 0));
    const [high, low] = [Math.max(open, price) * 1.0005, Math.min(open, price) * 0.9995];
    return { openTime: i * minute, open, high, low, close: price, volume: 1 + random() };
  });
};
const columns = candleColumnsOf(bars(250));
const close = { symbol: 'BTCUSD', timeframe: '1min', closeTime: 250 * minute } as const;

describe('toDecision', () => {
  it('gives an analysis in the terms of the schema, whatever it found', async () => {
    const found = new Set<string>();
    for (let shift = 0; shift < 40; shift++) {
      const window = candleColumnsOf(bars(290).slice(shift, shift + 250));
      const { decision } = await analyseWindow(window, close, { analyse, options: {}, learning: UNTAUGHT });
      expect(Decision.parse(JSON.parse(JSON.stringify(decision)))).toEqual(decision);
      const { signal_type, signal, tp, sl, entry, confidence, risk_metrics } = decision;
      found.add(signal_type);
      expect(signal).toBe(signal_type === 'WAIT' ? 'HOLD' : signal_type);
      expect(decision.reasoning).not.toMatch(/[{}"]/);
      if (signal_type === 'WAIT') {
        expect([tp, sl, confidence]).toEqual([null, null, 0]);
        expect(Object.values(risk_metrics).filter((value) => value !== null)).toEqual([]);
      } else {
        expect(Math.sign(tp! - entry)).toBe(signal_type === 'BUY' ? 1 : -1);
        expect(risk_metrics.prob_tp_hit).toBeCloseTo(confidence, 12);
        const percent = (share: number | null) => `${(100 * share!).toFixed(1)} %`;
        expect(decision.reasoning).toContain(
          `P(TP) is ${percent(risk_metrics.prob_tp_hit)}, break-even ${percent(risk_metrics.breakeven_probability)}, the expectation ${risk_metrics.expected_r!.toFixed(2)} R after cost.`,
        );
        // The platform takes 500 characters of it.
        expect(decision.reasoning.indexOf('after cost')).toBeLessThan(300);
      }
    }
    expect([...found].sort()).toContain('WAIT');
    expect(found.size).toBeGreaterThan(1);
  });

  it('gives the regime of every bar of the window, the last as the analysis found it', async () => {
    const { decision } = await analyseWindow(columns, close, { analyse, options: {}, learning: UNTAUGHT });
    const runs = decision.regime.recent!;
    expect(runs.reduce((sum, run) => sum + run.bars, 0)).toBe(249);
    expect(runs.at(-1)!.state).toBe(decision.regime.state);
    runs.slice(1).forEach((run, i) => expect(run.state).not.toBe(runs[i]!.state));
  });

  it('keeps in its lineage what gives the same result again to the last bit', async () => {
    const learning = { winRate: 0.5, trades: 4, calibration: { intercept: 0.1, n: 4 } };
    const experience = { ...INEXPERIENCED, direction: 0.3, neither: 0.5, n: 12 };
    const options = { seed: 5, costBps: 2, experience };
    const { decision, cost } = await analyseWindow(columns, close, { analyse, options, learning });
    expect(decision.learning_stats).toMatchObject({ win_rate: 0.5, trades_count: 4, calibration_count: 4 });
    expect(cost).toBeCloseTo(2e-4 * decision.entry);
    const { lineage } = JSON.parse(JSON.stringify(decision)) as Decision;
    const again = analyse(
      columnsOfBytes(windowBytes(columns), columns.volumeKind),
      lineage['options'] as object,
    );
    expect(resultHash(again)).toBe(lineage['result_hash']);
    expect(windowHash(columns)).toBe(lineage['window_hash']);
    const { modelTrade } = analyse(columns, { seed: 5, costBps: 2 });
    expect(lineage['model_odds']).toEqual({
      prob_tp_hit: modelTrade!.probTpHit,
      prob_sl_hit: modelTrade!.probSlHit,
      prob_neither: modelTrade!.probNeither,
    });
    expect(resultHash(analyse(columns, { ...options, costBps: 3 }))).not.toBe(lineage['result_hash']);
  });

  it('states what the analysis found, each under its own name', async () => {
    const found = analyse(columns, { seed: 5 });
    const risk = {
      riskRewardRatio: 1,
      potentialProfitPct: 2,
      potentialLossPct: 3,
      probTpHit: 0.4,
      probSlHit: 0.5,
      probNeither: 0.1,
      breakevenProbability: 0.6,
      expectedValue: 7,
      expectedValuePct: 8,
      expectedR: 9,
    };
    const given = { analyse: () => ({ ...found, risk }), options: {}, learning: UNTAUGHT };
    const { decision, cost } = await analyseWindow(columns, close, given);
    expect(decision.risk_metrics).toEqual({
      risk_reward_ratio: 1,
      potential_profit_pct: 2,
      potential_loss_pct: 3,
      prob_tp_hit: 0.4,
      prob_sl_hit: 0.5,
      prob_neither: 0.1,
      breakeven_probability: 0.6,
      expected_value: 7,
      expected_value_pct: 8,
      expected_r: 9,
    });
    // Without a spread one basis point is assumed.
    expect(cost).toBeCloseTo(1e-4 * decision.entry, 12);
  });

  it('states the market it found, and one that it could not look at as flat', async () => {
    const analysis = analyse(columns, { seed: 5 });
    const context = analysis.marketContext!;
    const found: typeof context = {
      ...context,
      trend: { ...context.trend, direction: 'up', slope: 0.002, tStatistic: 3, r2: 0.4 },
      volatility: { ...context.volatility, perBar: 0.005 },
      volumeSurge: 6,
      support: 97,
      resistance: 108,
      range: { ...context.range, position: 0.9 },
      breakout: { ...context.breakout, direction: 'none' },
    };
    const decided = async (marketContext: typeof analysis.marketContext) => {
      const one = { ...analysis, marketContext };
      const given = { analyse: () => one, options: {}, learning: UNTAUGHT };
      return (await analyseWindow(columns, close, given)).decision;
    };
    const known = await decided(found);
    expect(known.market_context).toEqual({
      trend: { direction: 'up', slope_pct_per_bar: 0.2, t_statistic: 3, r_squared: 0.4 },
      volatility: 0.005,
      volume_surge: 6,
      support: 97,
      resistance: 108,
      range_position: 0.9,
      breakout: 'none',
    });
    expect(known.learning_stats).toMatchObject({ trend_strength: 0.4, volatility: 0.005 });

    const unknown = await decided(null);
    expect(unknown.market_context).toEqual({
      trend: { direction: 'flat', slope_pct_per_bar: 0, t_statistic: 0, r_squared: 0 },
      volatility: 0,
      volume_surge: null,
      support: null,
      resistance: null,
      range_position: 0.5,
      breakout: 'none',
    });
    expect(unknown.learning_stats).toMatchObject({ trend_strength: 0, volatility: 0 });
  });

  it('states how far the price is from its levels, those of the trade only where it trades', async () => {
    const analysis = analyse(columns, { seed: 5 });
    const distance = {
      toEntryPct: 1,
      isWithinRange: true,
      toTpPct: 3,
      toSlPct: 2,
      toSupportPct: 4,
      toResistancePct: 5,
    };
    const stated = async (direction: 'BUY' | 'WAIT') => {
      const one = { ...analysis, direction, distance: { ...analysis.distance, ...distance } };
      const given = { analyse: () => one, options: {}, learning: UNTAUGHT };
      return (await analyseWindow(columns, close, given)).decision.distance_info;
    };
    const levels = {
      distance_to_entry_pct: 1,
      is_within_range: true,
      distance_to_support_pct: 4,
      distance_to_resistance_pct: 5,
    };
    expect(await stated('BUY')).toEqual({ ...levels, distance_to_tp_pct: 3, distance_to_sl_pct: 2 });
    expect(await stated('WAIT')).toEqual({ ...levels, distance_to_tp_pct: null, distance_to_sl_pct: null });
  });

  it('keeps the hours it was given in its lineage, and does without where nothing is known', async () => {
    const slots = Array.from({ length: 48 }, (_, slot) => 1 + 0.7 * Math.sin(slot) + 1 / 3);
    const profile = { version: 1, barMs: minute, slots };
    const given = { analyse, options: {}, learning: UNTAUGHT, profileOf: async () => profile };
    const { decision } = await analyseWindow(columns, close, given);
    const { lineage } = JSON.parse(JSON.stringify(decision)) as Decision;
    expect(lineage['options']).toMatchObject({ profile });
    expect(resultHash(analyse(columns, lineage['options'] as object))).toBe(lineage['result_hash']);
    const without = await analyseWindow(columns, close, { ...given, profileOf: async () => undefined });
    expect(without.decision.lineage['options']).not.toHaveProperty('profile');
    expect(without.decision.lineage['result_hash']).not.toBe(lineage['result_hash']);
  });

  it('learns the hours from posted candles older than the window, not from the store', async () => {
    const old = bars(6 * 1440);
    const store = () => Promise.reject(new Error('asked'));
    const analyser = { analyse, options: {}, learning: UNTAUGHT, profileOf: store };
    const posted = await analysePosted('XAUUSD', '1min', old, analyser);
    expect(posted.decision.lineage['options']).toHaveProperty('profile');
    expect(posted.columns.close).toHaveLength(250);
    const few = await analysePosted('XAUUSD', '1min', old.slice(-250), analyser);
    expect(few.decision.lineage['options']).not.toHaveProperty('profile');
  });

  it('takes posted candles as just closed', async () => {
    const posted = await analysePosted('XAUUSD', '1h', bars(260), {
      analyse,
      options: {},
      learning: UNTAUGHT,
    });
    expect(posted).toMatchObject({ source: 'posted', timely: true, quality: null, symbol: 'XAUUSD' });
    expect(posted.closeTime).toBe(259 * minute + 3_600_000);
    expect(posted.columns.time[0]).toBe(10 * minute);
  });
});

describe('windowBytes', () => {
  it('is six columns of little-endian float64', () => {
    const bytes = windowBytes(columns);
    expect(bytes.length).toBe(6 * 250 * 8);
    expect(bytes.readDoubleLE(250 * 8)).toBe(columns.open[0]);
    expect(columnsOfBytes(bytes, 'traded')).toEqual(columns);
    expect(() => columnsOfBytes(bytes.subarray(8), 'traded')).toThrow(RangeError);
  });
});

describe('toDecision of a broken window', () => {
  it('waits with the reason as text, as the verdict of a gate, and names the break', () => {
    const broken = { kind: 'step', bar: 7, size: 2.3 } as const;
    const analysis = quietAnalysis(
      { modelVersion: '1', seed: 1, entry: 10, horizonBars: 24 },
      null,
      'Jump in the price at noon.',
      broken,
    );
    const candles = candleColumnsOf(candlesUntil(0, 250));
    const decision = toDecision(analysis, {
      symbol: 'BTCUSD',
      timeframe: '1min',
      closeTime: 0,
      columns: candles,
      options: {},
      learning: UNTAUGHT,
    });
    expect(decision).toMatchObject({ signal_type: 'WAIT', reasoning: 'Jump in the price at noon.' });
    expect(decision.gates).toEqual([
      { gate: 'data_quality', passed: false, reason: 'Jump in the price at noon.' },
    ]);
    expect(decision.lineage['discontinuity']).toEqual(broken);
    expect(breakOf(decision)).toBe('step');
    const passing = { ...broken, kind: 'unconfirmed' };
    expect(breakOf({ lineage: { discontinuity: passing } })).toBeNull();
    expect(breakOf({ lineage: {} })).toBeNull();
  });
});
