import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse, type AnalyseOptions, WINDOW } from '../../../models/decision/analyse.ts';
import type { CandleColumns } from '../../../models/candle-columns.ts';
import { regimeLattice } from '../../../models/odds/regime-lattice.ts';
import { seededRandom, standardNormal } from '../../../models/random.ts';
import { btcCandles, needsBtc } from '../btc-candles.ts';

/** A random walk of two volatilities, `bars` candles from price 100. */
function walk(seed: number, bars = WINDOW, scale = 1): CandleColumns {
  const random = seededRandom(seed);
  const time = Float64Array.from({ length: bars }, (_, t) => t * 60_000);
  const [open, high, low, close, volume] = [0, 0, 0, 0, 0].map(() => new Float64Array(bars));
  let price = 100 * scale;
  for (let t = 0; t < bars; t++) {
    const spread = Math.floor(t / 40) % 2 === 0 ? 0.001 : 0.003;
    open![t] = price;
    price *= Math.exp(spread * standardNormal(random));
    close![t] = price;
    high![t] = Math.max(open![t]!, price) * (1 + spread * random());
    low![t] = Math.min(open![t]!, price) * (1 - spread * random());
    volume![t] = Math.round(100 * random());
  }
  return { time, open: open!, high: high!, low: low!, close: close!, volume: volume!, volumeKind: 'traded' };
}

function flat(price: number): CandleColumns {
  const same = new Float64Array(WINDOW).fill(price);
  return { ...walk(1), open: same, high: same, low: same, close: same, volume: new Float64Array(WINDOW) };
}

function scaled(candles: CandleColumns, factor: number): CandleColumns {
  const times = (values: Float64Array): Float64Array => values.map((value) => value * factor);
  const { open, high, low, close } = candles;
  return { ...candles, open: times(open), high: times(high), low: times(low), close: times(close) };
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersIn) : [];
}

/** A direction is called on every bar, so that levels can be looked at. */
const ALWAYS: AnalyseOptions = { scoreQuantile: 0, minAgreement: 0, costBps: 0 };

describe('analyse', () => {
  it('is the same to the last bit for the same candles and seed, whatever lies before the window', () => {
    const longer = walk(3, 400);
    const cut = Object.fromEntries(
      Object.entries(longer).map(([key, value]) => [
        key,
        value instanceof Float64Array ? value.slice(-WINDOW) : value,
      ]),
    ) as unknown as CandleColumns;
    expect(analyse(cut, { seed: 5 })).toEqual(analyse(longer, { seed: 5 }));
    expect(analyse(longer, { seed: 5 })).toEqual(analyse(longer, { seed: 5 }));
  });

  it('takes no side in its odds, however far the price has gone: a price that falls on gives a BUY what it gives a SELL', () => {
    const options = { ...ALWAYS, seed: 1 };
    const rise = walk(4);
    rise.close.forEach((_, t) => {
      for (const name of ['open', 'high', 'low', 'close'] as const) rise[name][t]! *= Math.exp(0.002 * t);
    });
    const { modelTrade, entry, candidate, hmm, regime, horizonBars } = analyse(rise, options);
    expect(Math.abs(hmm!.drifts[regime.index]!)).toBeGreaterThan(0);
    const [up, down] = [candidate!.tp, candidate!.sl].map((level) => Math.log(level / entry));
    const chance = (drifts: number[]) =>
      regimeLattice({
        up: Math.max(up!, down!),
        down: -Math.min(up!, down!),
        horizon: horizonBars,
        stateProbability: Object.values(regime.probabilities),
        transition: hmm!.transition,
        drifts,
        volatilities: hmm!.volatilities,
      })[candidate!.direction === 'BUY' ? 'up' : 'down'];
    const still = Math.abs(modelTrade!.probTpHit - chance([0, 0, 0]));
    expect(still).toBeLessThan(0.25 * Math.abs(chance(hmm!.drifts) - chance([0, 0, 0])));
  });

  it('leaves its input as it was', () => {
    const candles = walk(4);
    const before = structuredClone(candles);
    analyse(candles);
    expect(candles).toEqual(before);
  });

  it('is plain data: clones and survives JSON', () => {
    const analysis = analyse(walk(5), ALWAYS);
    expect(structuredClone(analysis)).toEqual(analysis);
    expect(JSON.parse(JSON.stringify(analysis))).toEqual(analysis);
    expect(numbersIn(analysis).every(Number.isFinite)).toBe(true);
  });

  it('does not depend on the unit of price', () => {
    for (const seed of [6, 7, 8]) {
      const candles = walk(seed);
      const plain = analyse(candles, ALWAYS);
      // A power of two scales doubles without rounding, so nothing at all may change.
      const doubled = analyse(scaled(candles, 1024), ALWAYS);
      expect(doubled.hmm).toEqual(plain.hmm);
      expect(doubled.risk).toEqual({ ...plain.risk, expectedValue: plain.risk!.expectedValue * 1024 });
      const other = analyse(scaled(candles, 0.0137), ALWAYS);
      expect(other.direction).toBe(plain.direction);
      expect(other.score).toBeCloseTo(plain.score, 6);
    }
  });

  it('puts levels on the right sides and states odds that sum to one', () => {
    for (let seed = 10; seed < 25; seed++) {
      const { direction, entry, tp, sl, risk, confidence } = analyse(walk(seed), {
        ...ALWAYS,
        minReward: 1.2,
      });
      expect(direction).not.toBe('WAIT');
      const side = direction === 'BUY' ? 1 : -1;
      expect(side * (tp! - entry)).toBeGreaterThan(0);
      expect(side * (sl! - entry)).toBeLessThan(0);
      expect(risk!.riskRewardRatio).toBeGreaterThanOrEqual(1.2);
      expect(risk!.probTpHit + risk!.probSlHit + risk!.probNeither).toBeCloseTo(1, 12);
      expect(confidence).toBeCloseTo(risk!.probTpHit, 12);
      expect(Math.sign(risk!.expectedR)).toBe(Math.sign(risk!.probTpHit - risk!.breakevenProbability));
    }
  });

  it('publishes the calibrated probability and keeps the raw one', () => {
    const raw = analyse(walk(11), ALWAYS);
    const shifted = analyse(walk(11), { ...ALWAYS, calibration: { intercept: -0.5, n: 80 } });
    expect(shifted.risk).toEqual(raw.risk);
    expect(shifted.confidence).toBeLessThan(raw.confidence);
  });

  it('has lattice and path classes agree within what the spread of the drift explains', () => {
    for (let seed = 30; seed < 45; seed++) {
      const { oddsDisagreement, oddsStandardError } = analyse(walk(seed), ALWAYS);
      expect(oddsDisagreement!).toBeLessThan(5e-3);
      expect(oddsStandardError).toBe(0);
    }
  });

  it('calls a direction only where the rival fits do, and says so where they do not', () => {
    let refused = 0;
    for (let seed = 50; seed < 90; seed++) {
      const free = analyse(walk(seed), { minAgreement: 0 });
      const strict = analyse(walk(seed));
      if (free.direction === 'WAIT') {
        expect(strict.direction).toBe('WAIT');
        continue;
      }
      expect(free.agreement).toBeGreaterThanOrEqual(0);
      expect(strict.direction).toBe(free.agreement === 1 ? free.direction : 'WAIT');
      if (free.agreement === 1) continue;
      refused++;
      expect(strict.reasons[0]).toContain('luck of the fit');
      expect(strict.candidate).toEqual(free.candidate);
    }
    expect(refused).toBeGreaterThan(0);
  });

  it('makes no state without a width of bars that have no range', () => {
    for (let seed = 200; seed < 210; seed++) {
      const candles = walk(seed);
      // A third of the bars stands still, as where prices are whole ticks.
      for (let t = 0; t < WINDOW; t += 3) {
        const price = candles.open[t]!;
        candles.high[t] = candles.low[t] = candles.close[t] = price;
        if (t + 1 < WINDOW) {
          candles.open[t + 1] = price;
          candles.high[t + 1] = Math.max(candles.high[t + 1]!, price);
          candles.low[t + 1] = Math.min(candles.low[t + 1]!, price);
        }
      }
      expect(Math.min(...analyse(candles).hmm!.variances)).toBeGreaterThan(0.015);
    }
  });

  it('calls mostly the same from other seeds', () => {
    let [calls, same] = [0, 0];
    for (let window = 100; window < 180; window++) {
      const [first, ...others] = [1, 2, 3].map((seed) => analyse(walk(window), { seed }).direction);
      if (first === 'WAIT') continue;
      calls += others.length;
      same += others.filter((other) => other === first).length;
    }
    expect(calls).toBeGreaterThan(8);
    // Walks without a trend are the hardest case: what is called there is luck. `npm run bench:analysis` measures real windows.
    expect(same / calls).toBeGreaterThan(0.6);
  });

  it('waits, and says so, where cost eats the stop', () => {
    const analysis = analyse(walk(12), { ...ALWAYS, costBps: 1000 });
    expect(analysis).toMatchObject({ direction: 'WAIT', tp: null, sl: null, confidence: 0 });
    expect(analysis.reasons[0]).toContain('Cost is');
    expect(analysis.candidate).not.toBeNull();
    expect(analysis.risk).not.toBeNull();
  });

  it('waits on a window without movement', () => {
    for (const price of [1e-8, 1, 46_000, 1e12]) {
      const analysis = analyse(flat(price));
      expect(analysis).toMatchObject({ direction: 'WAIT', candidate: null, risk: null, entry: price });
      expect(numbersIn(analysis).every(Number.isFinite)).toBe(true);
    }
  });

  it('waits on candles that are not prices', () => {
    for (const bad of [0, -1, Number.NaN, Infinity]) {
      const candles = walk(13);
      candles.low[100] = bad;
      expect(analyse(candles)).toMatchObject({ direction: 'WAIT', marketContext: null });
    }
  });

  it('refuses fewer candles than its window', () => {
    expect(() => analyse(walk(1, WINDOW - 1))).toThrow(RangeError);
  });

  it('never throws on odd but valid candles', () => {
    const price = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
    const odd = fc.record({
      base: price,
      steps: fc.array(fc.constantFrom(0, 0, 0, 1e-12, -1e-12, 0.001, -0.001, 0.3, -0.2, 5), {
        minLength: WINDOW,
        maxLength: WINDOW,
      }),
      wick: fc.constantFrom(0, 1e-9, 0.01, 3),
      volume: fc.constantFrom(0, 1, 1e15),
      volumeKind: fc.constantFrom('traded' as const, 'ticks' as const, 'mixed' as const, 'none' as const),
    });
    fc.assert(
      fc.property(odd, ({ base, steps, wick, volume, volumeKind }) => {
        const close = new Float64Array(WINDOW);
        for (let t = 0, x = base; t < WINDOW; t++) {
          // Reflected, so that the price stays a price.
          const next = x * (1 + steps[t]!);
          x = next > 1e12 || next < 1e-9 ? base : next;
          close[t] = x;
        }
        const open = close.map((value, t) => close[t - 1] ?? value);
        const analysis = analyse({
          time: close.map((_, t) => t),
          open,
          high: close.map((value, t) => Math.max(value, open[t]!) * (1 + wick)),
          low: close.map((value, t) => Math.min(value, open[t]!) / (1 + wick)),
          close,
          volume: new Float64Array(WINDOW).fill(volume),
          volumeKind,
        });
        expect(numbersIn(analysis).every(Number.isFinite)).toBe(true);
        expect(analysis.reasons.join('')).not.toMatch(/[{}"]|NaN|Infinity|undefined/);
      }),
      { numRuns: 60 },
    );
  });

  it('signals on a real month between 2 and 25 of 100 bars, before one trade at a time', needsBtc, () => {
    const candles = btcCandles(30);
    let signals = 0;
    let bars = 0;
    for (let end = WINDOW; end <= candles.close.length; end += 12) {
      const head = Object.fromEntries(
        Object.entries(candles).map(([key, value]) => [
          key,
          value instanceof Float64Array ? value.subarray(0, end) : value,
        ]),
      ) as unknown as CandleColumns;
      bars++;
      if (analyse(head).direction !== 'WAIT') signals++;
    }
    expect(signals / bars).toBeGreaterThan(0.02);
    expect(signals / bars).toBeLessThan(0.25);
  });
});
