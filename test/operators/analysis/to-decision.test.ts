import { describe, expect, it } from 'vitest';
import { analyse } from '../../../models/decision/analyse.ts';
import { analysePosted } from '../../../operators/analysis/analyse-posted.ts';
import { analyseWindow } from '../../../operators/analysis/analyse-window.ts';
import { candleColumnsOf } from '../../../operators/candles/candle-columns-of.ts';
import { createLearningBook, UNTAUGHT } from '../../../operators/signals/outcomes/learning-book.ts';
import { resultHash } from '../../../operators/analysis/to-decision.ts';
import { columnsOfBytes, windowBytes, windowHash } from '../../../operators/analysis/window-bytes.ts';
import { Decision, type Outcome } from '../../../schema/signal.ts';
import { decisionOf, minute } from '../signals/signal-samples.ts';

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
  it('says an analysis in the words of the schema, whatever it found', async () => {
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

  it('says the regime of every bar of the window, the last as the analysis found it', async () => {
    const { decision } = await analyseWindow(columns, close, { analyse, options: {}, learning: UNTAUGHT });
    const runs = decision.regime.recent!;
    expect(runs.reduce((sum, run) => sum + run.bars, 0)).toBe(249);
    expect(runs.at(-1)!.state).toBe(decision.regime.state);
    runs.slice(1).forEach((run, i) => expect(run.state).not.toBe(runs[i]!.state));
  });

  it('keeps in its lineage what gives the same result again to the last bit', async () => {
    const learning = { winRate: 0.5, trades: 4, calibration: { intercept: 0.1, n: 4 } };
    const options = { seed: 5, costBps: 2 };
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
    expect(resultHash(analyse(columns, { ...options, seed: 6 }))).not.toBe(lineage['result_hash']);
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

describe('createLearningBook', () => {
  const outcome = (status: Outcome['status'], r: number): Outcome => ({
    status,
    r,
    resolved_at: 0,
    exit_price: 1,
    mfe: 0,
    mae: 0,
    ambiguous_bar: false,
  });

  it('counts wins by symbol and timeframe, and calibrates by timeframe on what TP or SL decided', () => {
    const book = createLearningBook();
    const btc = decisionOf('BUY', 0);
    const eur = decisionOf('BUY', 0, { symbol: 'EURUSD' });
    expect(book.of('BTCUSD', '1min')).toEqual(UNTAUGHT);
    for (let i = 0; i < 30; i++) book.add(eur, outcome('sl', -1));
    book.add(btc, outcome('tp', 1.4));
    book.add(btc, outcome('reversed', 0.2));
    book.add(btc, outcome('expired', -0.1));
    const learnt = book.of('BTCUSD', '1min');
    expect(learnt).toMatchObject({ winRate: 2 / 3, trades: 3, calibration: { n: 32 } });
    expect(learnt.calibration.intercept).toBeLessThan(-0.3);
    expect(book.of('BTCUSD', '1h')).toEqual(UNTAUGHT);
  });

  it('forgets beyond its bound', () => {
    const book = createLearningBook(10);
    for (let i = 0; i < 10; i++) book.add(decisionOf('BUY', 0), outcome('sl', -1));
    const before = book.of('BTCUSD', '1min').calibration;
    for (let i = 0; i < 10; i++) book.add(decisionOf('BUY', 0), outcome('tp', 1));
    expect(before.intercept).toBeLessThan(0);
    expect(book.of('BTCUSD', '1min').calibration).toMatchObject({ n: 10 });
    expect(book.of('BTCUSD', '1min').calibration.intercept).toBeGreaterThan(0);
  });
});
