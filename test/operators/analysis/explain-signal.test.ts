import { describe, expect, it } from 'vitest';
import { analyse } from '../../../models/decision/analyse.ts';
import { INEXPERIENCED } from '../../../models/odds/experience.ts';
import { analyseWindow } from '../../../operators/analysis/analyse-window.ts';
import { explainSignal } from '../../../operators/analysis/explain-signal.ts';
import { windowBytes } from '../../../operators/analysis/window-bytes.ts';
import { candleColumnsOf } from '../../../operators/candles/candle-columns-of.ts';
import { UNTAUGHT } from '../../../operators/signals/outcomes/learning-book.ts';
import type { Decision } from '../../../schema/signal.ts';
import { minute } from '../signals/signal-samples.ts';

/** The first window of a walk that drifts in its last part for which a direction is called. */
async function anIssue() {
  let [price, state] = [100, 7];
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const bars = Array.from({ length: 400 }, (_, i) => {
    const open = price;
    price *= Math.exp(0.004 * (random() - 0.5) + (i > 200 ? 0.0008 : 0));
    const [low, high] = [Math.min(open, price), Math.max(open, price)];
    return { openTime: i * minute, open, high, low, close: price, volume: 1 };
  });
  for (let end = 250; end <= 400; end++) {
    const columns = candleColumnsOf(bars.slice(end - 250, end));
    const close = { symbol: 'BTCUSD', timeframe: '1min', closeTime: end * minute } as const;
    const experience = { ...INEXPERIENCED, direction: 0.3, neither: -0.2, n: 40 };
    const analyser = { analyse, options: { seed: 3, costBps: 0.5, experience }, learning: UNTAUGHT };
    const { decision } = await analyseWindow(columns, close, analyser);
    if (decision.signal_type !== 'WAIT') return { decision, window: windowBytes(columns).toString('base64') };
  }
  throw new Error('no direction was called');
}

const { decision, window } = await anIssue();
const { lineage } = decision;
const failed = (change: Partial<Decision>) =>
  explainSignal({ ...decision, ...change }, { window })
    .comparisons.filter(({ same }) => !same)
    .map(({ name }) => name);

describe('explainSignal', () => {
  it('finds the same figures again, whatever order a database gave their keys', () => {
    const reordered = Object.fromEntries(Object.entries(lineage).toReversed()) as typeof lineage;
    const model = Object.fromEntries(Object.entries(lineage['model'] as object).toReversed());
    for (const one of [lineage, reordered, { ...lineage, model }]) {
      const explained = explainSignal({ ...decision, lineage: one }, { window });
      expect(explained.same).toBe(true);
      expect(explained.comparisons.every(({ same }) => same)).toBe(true);
      expect(explained.node).toEqual({ issued: process.version, now: process.version });
    }
  });

  it('compares every figure that was issued, each under its name', () => {
    const { comparisons } = explainSignal(decision, { window });
    expect(comparisons.map(({ name }) => name)).toEqual([
      'window (SHA-256)',
      'version',
      'signal_type',
      'entry',
      'tp',
      'sl',
      'confidence',
      'prob_tp_hit',
      'prob_sl_hit',
      'score',
      'threshold',
      'model',
      'result (SHA-256)',
    ]);
    const entry = comparisons.find(({ name }) => name === 'entry');
    expect(entry).toEqual({ name: 'entry', stored: decision.entry, again: decision.entry, same: true });
  });

  it.each([
    ['signal_type', { signal_type: 'WAIT' }],
    ['entry', { entry: 1 }],
    ['tp', { tp: 1 }],
    ['sl', { sl: 1 }],
    ['confidence', { confidence: 2 }],
    ['prob_tp_hit', { risk_metrics: { ...decision.risk_metrics, prob_tp_hit: 2 } }],
    ['prob_sl_hit', { risk_metrics: { ...decision.risk_metrics, prob_sl_hit: 2 } }],
    ['window (SHA-256)', { lineage: { ...lineage, window_hash: 'x' } }],
    ['version', { lineage: { ...lineage, version: 'x' } }],
    ['score', { lineage: { ...lineage, score: 99 } }],
    ['threshold', { lineage: { ...lineage, threshold: 99 } }],
    ['model', { lineage: { ...lineage, model: {} } }],
    ['result (SHA-256)', { lineage: { ...lineage, result_hash: 'x' } }],
  ] as const)('tells that %s alone differs', (name, change) => {
    expect(failed(change)).toEqual([name]);
    expect(explainSignal({ ...decision, ...change }, { window }).same).toBe(false);
  });

  it('throws where the lineage or the window is none of ours', () => {
    const { options: _options, ...without } = lineage;
    const { volume_kind: _kind, ...kindless } = lineage;
    for (const one of [without, kindless])
      expect(() => explainSignal({ ...decision, lineage: one }, { window })).toThrow(RangeError);
    expect(() => explainSignal(decision, { window: window.slice(0, 400) })).toThrow(RangeError);
  });
});
