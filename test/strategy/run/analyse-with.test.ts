import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { analyse, type AnalyseOptions, WINDOW } from '../../../models/decision/analyse.ts';
import type { Analysis } from '../../../models/decision/analysis.ts';
import { type CandleColumns, lastCandles } from '../../../models/candle-columns.ts';
import type { DecideInput, StrategyDecision } from '../../../strategy/contract.ts';
import { type Strategy, strategy } from '../../../strategy/define.ts';
import { sampleCandles } from '../../../strategy/checks/sample-candles.ts';
import { analyseWith } from '../../../strategy/run/analyse-with.ts';
import type { StrategyClose } from '../../../strategy/run/decide.ts';
import { btcCandles, needsBtc } from '../../models/btc-candles.ts';
import { ownStrategies } from '../own-strategies.ts';

const close = (more: Partial<StrategyClose> = {}): StrategyClose => ({
  name: 'mine',
  version: 'v',
  params: {},
  symbol: 'BTC/USD',
  timeframe: '1h',
  closeTime: 1_700_000_000_000,
  frames: {},
  ...more,
});
const candles = sampleCandles(400, 3_600_000, 7);
const answering = (decide: (input: DecideInput) => unknown): Strategy =>
  strategy({ about: 'A test.', needs: { own: 250 }, decide: decide as () => StrategyDecision });
const asked = (decide: (input: DecideInput) => unknown, options: AnalyseOptions = {}): Analysis =>
  analyseWith(answering(decide), close(), candles, options);
const last = candles.close.at(-1)!;

/** As the thread gives them: parsed. */
const paramsOf = (made: Strategy, params: object = {}) => made.params.parse(params);

function upTo(all: CandleColumns, end: number): CandleColumns {
  const cut = (column: Float64Array) => column.subarray(Math.max(0, end - WINDOW), end);
  const { time, open, high, low, volume, volumeKind } = all;
  return {
    time: cut(time),
    open: cut(open),
    high: cut(high),
    low: cut(low),
    close: cut(all.close),
    volume: cut(volume),
    volumeKind,
  };
}

describe('the regime strategy', () => {
  const regime = ownStrategies.regime;
  it('gives the analysis of the built-in rule to the last bit, with its options as parameters', () => {
    const changed = {
      horizonBars: 12,
      scoreQuantile: 0.5,
      minAgreement: 0,
      stopMultiple: 1,
      rewardMultiple: 2,
    };
    for (let end = 260; end <= 400; end += 7) {
      const window = lastCandles(upTo(candles, end), WINDOW);
      for (const rule of [{}, changed, { scoreBars: 60, maxCostShare: 0.001 }]) {
        const options = { seed: 3, costBps: 2, minReward: 1.2, calibration: { intercept: -0.2, n: 40 } };
        const { strategy: by, ...found } = analyseWith(
          regime,
          close({ params: paramsOf(regime, rule) }),
          window,
          options,
        );
        expect(by).toEqual({ name: 'mine', version: 'v', tags: [], fault: null });
        expect(JSON.stringify(found)).toBe(JSON.stringify(analyse(window, { ...options, ...rule })));
      }
    }
  });

  it.skipIf(needsBtc.skip)(
    'decides the 1,252 bars of the BTC month as this version of the model does',
    () => {
      const month = btcCandles(30);
      const hash = createHash('sha256');
      const params = paramsOf(regime);
      let bars = 0;
      for (let end = WINDOW; end <= month.close.length; end++, bars++) {
        const analysis = analyseWith(regime, close({ params }), upTo(month, end), { seed: 1, costBps: 2 });
        const { strategy: _, ...same } = analysis;
        hash.update(JSON.stringify(same));
      }
      expect(bars).toBe(1252);
      // Changes with the model's version alone: up to version 4 it was that of the built-in rule before there were strategies. Node 24.
      expect(hash.digest('hex')).toBe('0224e7c1cbe8b275f74169506e90a44aa2c46d93da85fb580208004e11fd06f5');
    },
  );
});

describe('analyseWith', () => {
  it('takes the levels that a strategy states, and gives them the odds of the market', () => {
    const {
      direction,
      tp,
      sl,
      risk,
      horizonBars,
      score,
      reasons,
      strategy: by,
    } = asked(() => ({
      action: 'SELL',
      stop: last * 1.01,
      target: last * 0.985,
      horizonBars: 12,
      score: -3.5,
      reason: 'A reason.',
      tags: ['one'],
    }));
    expect({ direction, tp, sl, horizonBars, score, reasons }).toEqual({
      direction: 'SELL',
      tp: last * 0.985,
      sl: last * 1.01,
      horizonBars: 12,
      score: -3.5,
      reasons: ['A reason.'],
    });
    expect(risk!.riskRewardRatio).toBeCloseTo(1.5, 9);
    expect(risk!.probTpHit + risk!.probSlHit + risk!.probNeither).toBeCloseTo(1, 12);
    expect(by).toEqual({ name: 'mine', version: 'v', tags: ['one'], fault: null });
  });

  it('completes what is not stated', () => {
    const plain = asked(() => ({ action: 'BUY', reason: 'R.' }));
    expect(plain.sl!).toBeLessThan(last);
    expect(plain.tp!).toBeGreaterThan(last);
    const wider = asked(() => ({ action: 'BUY', stop: last * 0.98, rewardMultiple: 2, reason: 'R.' }));
    expect(wider.sl).toBe(last * 0.98);
    expect(wider.risk!.riskRewardRatio).toBe(2);
    const aimed = asked(() => ({ action: 'BUY', target: last * 1.02, reason: 'R.' }));
    expect(aimed.tp).toBe(last * 1.02);
    expect(aimed.sl!).toBeLessThan(last);
  });

  it('computes the odds of a trade that a WAIT leans to, and nothing for one that does not', () => {
    const leaning = asked(() => ({ action: 'WAIT', leaning: 'BUY', reason: 'Almost.' }));
    expect(leaning).toMatchObject({ direction: 'WAIT', tp: null, candidate: { direction: 'BUY' } });
    expect(leaning.risk).not.toBeNull();
    const plain = asked(() => ({ action: 'WAIT', reason: 'Nothing.' }));
    expect(plain).toMatchObject({ direction: 'WAIT', candidate: null, risk: null, hmm: null });
    expect(plain.marketContext).not.toBeNull();
  });

  const wrong: readonly [what: string, answer: unknown, says: string][] = [
    ['nothing', undefined, 'the answer is not one'],
    ['another action', { action: 'HOLD', reason: 'R.' }, 'the answer is not one'],
    ['no reason', { action: 'WAIT' }, 'reason'],
    ['a reason that is too long', { action: 'WAIT', reason: 'x'.repeat(501) }, '500'],
    ['a stop that is no number', { action: 'BUY', stop: Number.NaN, reason: 'R.' }, 'stop'],
    ['an endless target', { action: 'BUY', target: Infinity, reason: 'R.' }, 'target'],
    ['a stop on the wrong side', { action: 'BUY', stop: last * 1.01, reason: 'R.' }, 'wrong side of a BUY'],
    [
      'a target on the wrong side',
      { action: 'SELL', target: last * 1.01, reason: 'R.' },
      'wrong side of a SELL',
    ],
    ['a stop at the entry', { action: 'SELL', stop: last, reason: 'R.' }, 'wrong side'],
    ['no horizon', { action: 'BUY', horizonBars: 0, reason: 'R.' }, 'horizonBars'],
    ['too long a horizon', { action: 'BUY', horizonBars: 1001, reason: 'R.' }, 'horizonBars'],
    ['half a bar', { action: 'BUY', horizonBars: 1.5, reason: 'R.' }, 'horizonBars'],
    ['a score without an end', { action: 'BUY', score: Infinity, reason: 'R.' }, 'score'],
    ['a field of its own', { action: 'BUY', size: 3, reason: 'R.' }, 'size'],
    ['a promise', Promise.resolve({ action: 'WAIT', reason: 'R.' }), 'promise'],
  ];
  it.each(wrong)('makes a WAIT of %s, and names it', (_what, answer, says) => {
    const { direction, tp, sl, reasons, strategy: by } = asked(() => answer);
    expect({ direction, tp, sl }).toEqual({ direction: 'WAIT', tp: null, sl: null });
    expect(by!.fault).toMatchObject({ kind: 'wrong', message: expect.stringContaining(says) });
    expect(reasons[0]).toContain(says);
  });

  it('takes no promise, and lets nobody hear of one that fails', () => {
    const { fault } = asked(() => Promise.reject(new Error('later'))).strategy!;
    expect(fault).toMatchObject({ kind: 'wrong', message: expect.stringContaining('promise') });
  });

  it('makes a WAIT of whatever is thrown', () => {
    const thrown = (what: unknown) =>
      asked(() => {
        throw what;
      }).strategy!.fault;
    expect(thrown(new Error('mine'))).toEqual({ kind: 'threw', message: 'mine' });
    expect(thrown('text')).toEqual({ kind: 'threw', message: 'text' });
    expect(
      thrown({
        toString: () => {
          throw new Error('again');
        },
      })!.kind,
    ).toBe('threw');
    expect(thrown(null)!.kind).toBe('threw');
  });

  it('does not ask about a window that is broken or stands still', () => {
    const broken = {
      ...candles,
      close: candles.close.slice(),
      high: candles.high.slice(),
      low: candles.low.slice(),
      open: candles.open.slice(),
    };
    for (let i = 380; i < 400; i++)
      for (const column of [broken.open, broken.high, broken.low, broken.close]) column[i]! /= 2;
    let calls = 0;
    const counting = answering(() => {
      calls++;
      return { action: 'BUY', reason: 'R.' };
    });
    const analysis = analyseWith(counting, close(), broken, {});
    expect(analysis).toMatchObject({ direction: 'WAIT', strategy: { fault: null } });
    expect(analysis.discontinuity).not.toBeNull();
    expect(calls).toBe(0);
  });

  it('gives copies that end where the window does, and lets nothing of the host be changed', () => {
    const long = sampleCandles(1000, 3_600_000, 7);
    const window = upTo(long, 500);
    const before = structuredClone(window);
    const seen: number[] = [];
    const greedy = strategy({
      about: 'Looks behind the ends.',
      needs: { own: 30 },
      decide({ own, market }) {
        seen.push(own.close.length, own.close.buffer.byteLength / 8, own.time.buffer.byteLength / 8);
        own.close.fill(1);
        own.high.fill(-1);
        expect(() => Object.assign(own, { close: null })).toThrow(TypeError);
        expect(() => Object.assign(market.trend, { direction: 'up' })).toThrow(TypeError);
        expect(() => Object.assign(market.regime.probabilities, { neutral: 1 })).toThrow(TypeError);
        return { action: 'BUY', reason: 'R.' };
      },
    });
    const analysis = analyseWith(greedy, close(), window, {});
    expect(analysis.strategy!.fault).toBeNull();
    expect(seen).toEqual([30, 30, 30]);
    expect(window).toEqual(before);
    expect(analysis).toEqual(analyseWith(greedy, close(), window, {}));
  });

  it('gives series that can be spread and a market whose functions can be taken out, and nothing that outlives a close', () => {
    let isRead = false;
    const reading = strategy({
      about: 'Takes apart what it is given.',
      needs: { own: 30 },
      decide({ own, market }) {
        const spread = { ...own, close: own.open };
        expect(Object.keys(own).toSorted()).toEqual([
          'close',
          'closeTime',
          'high',
          'low',
          'open',
          'time',
          'timeframe',
          'volume',
          'volumeKind',
        ]);
        expect([spread.high, spread.close]).toEqual([own.high, own.open]);
        expect(spread.high).toBe(own.high);
        const alone = { ...market };
        expect([alone.drift().side, alone.volatilityOver(3)]).toEqual([
          market.drift().side,
          market.volatilityOver(3),
        ]);
        for (const given of [own, market]) {
          const prototype: unknown = Object.getPrototypeOf(given);
          expect([given, prototype, given.constructor].every(Object.isFrozen)).toBe(true);
        }
        isRead = true;
        return { action: 'WAIT', reason: 'R.' };
      },
    });
    expect(analyseWith(reading, close(), candles, {}).strategy!.fault).toBeNull();
    expect(isRead).toBe(true);
  });

  it('draws the same numbers for the same close, and others for another', () => {
    const drawn = (more: Partial<StrategyClose>): number => {
      const draws: number[] = [];
      const chance = answering(({ random }) => {
        draws.push(random(), random());
        return { action: 'WAIT', reason: 'R.' };
      });
      analyseWith(chance, close(more), candles, {});
      expect(draws[0]).not.toBe(draws[1]);
      return draws[0]!;
    };
    const first = drawn({});
    expect(drawn({})).toBe(first);
    for (const other of [
      { symbol: 'ETH/USD' },
      { timeframe: '4h' as const },
      { closeTime: 1 },
      { version: 'w' },
    ])
      expect(drawn(other)).not.toBe(first);
  });

  it('waits where candles that it needs are not there yet', () => {
    const needing = strategy({
      about: 'Needs more.',
      needs: { own: 300, '4h': 60 },
      decide: () => ({ action: 'BUY', reason: 'R.' }),
    });
    expect(analyseWith(needing, close(), lastCandles(candles, 260), {}).reasons[0]).toContain(
      '260 closed 1h',
    );
    expect(analyseWith(needing, close(), candles, {}).reasons[0]).toMatch(
      /^0 closed 4h candles are there, .*: is 4h among TIMEFRAMES\?/,
    );
    const frames = { '4h': sampleCandles(60, 14_400_000) };
    expect(analyseWith(needing, close({ frames }), candles, {}).direction).toBe('BUY');
  });
});
