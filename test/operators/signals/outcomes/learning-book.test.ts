import { describe, expect, it } from 'vitest';
import { calibrate, fitCalibration } from '../../../../models/report/calibration.ts';
import { createLearningBook, UNTAUGHT } from '../../../../operators/signals/outcomes/learning-book.ts';
import type { Forecast } from '../../../../schema/forecast.ts';
import type { Outcome } from '../../../../schema/signal.ts';

let count = 0;
const forecast = (over: Partial<Forecast> = {}): Forecast => ({
  id: `f${count++}`,
  symbol: 'BTCUSD',
  timeframe: '1min',
  source: 'live',
  probability: 0.4,
  ...over,
});
const outcome = (status: Outcome['status'], r = 0, resolved_at = 0): Outcome => ({
  status,
  r,
  resolved_at,
  exit_price: 1,
  mfe: 0,
  mae: 0,
  ambiguous_bar: false,
});
const at = (closeTime: number, over = {}) =>
  ({ symbol: 'BTCUSD', timeframe: '1min', closeTime, ...over }) as const;

describe('createLearningBook', () => {
  it('counts wins by symbol and timeframe, of every end', () => {
    const book = createLearningBook();
    expect(book.of(at(0))).toEqual(UNTAUGHT);
    book.add(forecast(), outcome('tp', 1.4));
    book.add(forecast(), outcome('reversed', 0.2));
    book.add(forecast(), outcome('expired', -0.1));
    book.add(forecast({ symbol: 'EURUSD' }), outcome('sl', -1));
    expect(book.of(at(0))).toMatchObject({ winRate: 2 / 3, trades: 3 });
    expect(book.of(at(0, { timeframe: '1h' }))).toEqual(UNTAUGHT);
  });

  it('counts an end without gain after cost as no win, and one without a result not at all', () => {
    const book = createLearningBook();
    book.add(forecast(), outcome('expired', 0));
    expect(book.of(at(0))).toMatchObject({ winRate: 0, trades: 1, calibration: { n: 1 } });
    book.add(forecast(), outcome('expired', 0.001));
    expect(book.of(at(0))).toMatchObject({ winRate: 0.5, trades: 2 });
    for (const status of ['void', 'open'] as const) book.add(forecast(), outcome(status, 1));
    book.add(forecast(), { ...outcome('tp', 1), r: null });
    book.judge(forecast(), outcome('void', 1));
    expect(book.of(at(0))).toMatchObject({ trades: 2, calibration: { n: 2 } });
  });

  it('judges no odds where a forecast had none, and counts its end all the same', () => {
    const book = createLearningBook();
    book.add(forecast({ probability: null }), outcome('tp', 1));
    expect(book.of(at(0))).toMatchObject({ winRate: 1, trades: 1, calibration: { n: 0 } });
  });

  it('computes a calibration once, until more is known', () => {
    const book = createLearningBook();
    book.add(forecast(), outcome('tp', 1, 5));
    const first = book.of(at(9)).calibration;
    expect(book.of(at(9)).calibration).toBe(first);
    book.add(forecast(), outcome('sl', -1, 6));
    expect(book.of(at(9)).calibration.n).toBe(2);
  });

  it('is taught nothing of a followed symbol by what visitors have added, and tells visitors all', () => {
    const book = createLearningBook({ most: 60, isConfigured: (symbol) => symbol !== 'SOLUSD' });
    for (let i = 0; i < 60; i++)
      book.add(forecast({ symbol: 'ETHUSD' }), outcome(i < 20 ? 'tp' : 'sl', 1, i));
    const before = book.of(at(500)).calibration;
    expect(before.n).toBe(60);
    const visited = book.of(at(500, { symbol: 'SOLUSD' }));
    expect(visited.calibration).toEqual(before);
    // As many as would push out all others, too.
    for (let i = 0; i < 100; i++) book.add(forecast({ symbol: 'SOLUSD' }), outcome('tp', 1, 100 + i));
    expect(book.of(at(500)).calibration).toEqual(before);
    const own = book.of(at(500, { symbol: 'SOLUSD' }));
    expect(own.trades).toBe(60);
    expect(calibrate(0.4, own.calibration)).toBeGreaterThan(calibrate(0.4, before));
    // Candles that the operator posts are nobody's visit.
    book.add(forecast({ symbol: 'SOLUSD', source: 'posted' }), outcome('tp', 1));
    expect(book.of(at(500, { source: 'posted' })).calibration.n).toBe(1);
  });

  it('judges a reversed signal by what its levels came to, and by nothing before that', () => {
    const book = createLearningBook();
    const reversed = forecast();
    book.add(reversed, outcome('reversed', -0.5));
    expect(book.of(at(9)).calibration.n).toBe(0);
    book.judge(reversed, outcome('tp', 1.4, 5));
    expect(book.of(at(9)).calibration).toEqual(fitCalibration([0.4], [true]));
    expect(book.of(at(9)).trades).toBe(1);
  });

  it('finds forecasts true where 40 TP, 60 SL and 50 reversed ones that ended alike came at .4', () => {
    const book = createLearningBook();
    for (let i = 0; i < 150; i++) {
      const one = forecast();
      const levels = outcome(i % 5 < 2 ? 'tp' : 'sl');
      if (i < 100) book.add(one, levels);
      else {
        book.add(one, outcome('reversed', -0.2));
        book.judge(one, levels);
      }
    }
    const { calibration } = book.of(at(0));
    expect(calibration.n).toBe(150);
    expect(calibration.intercept).toBeCloseTo(0, 9);
  });

  it('knows nothing that was resolved after the close of the candle', () => {
    const book = createLearningBook();
    const week = 7 * 86_400_000;
    for (let i = 0; i < 30; i++) book.add(forecast({ symbol: 'EURUSD' }), outcome('sl', -1, week + i));
    book.add(forecast(), outcome('sl', -1, week));
    // A fresh symbol's candle of a week before.
    expect(book.of(at(0, { symbol: 'XAUUSD' }))).toEqual(UNTAUGHT);
    expect(book.of(at(week - 1))).toEqual(UNTAUGHT);
    expect(book.of(at(week))).toMatchObject({ trades: 1 });
    expect(book.of(at(week + 9)).calibration.n).toBe(11);
    // And it knows again what it knew, asked for the past after the present.
    expect(book.of(at(week + 99)).calibration.n).toBe(31);
    expect(book.of(at(week - 1))).toEqual(UNTAUGHT);
  });

  it('puts outcomes that come late in their place', () => {
    const book = createLearningBook();
    book.add(forecast(), outcome('tp', 1, 50));
    book.add(forecast(), outcome('sl', -1, 20));
    expect(book.of(at(30))).toMatchObject({ winRate: 0, trades: 1, calibration: { n: 1 } });
  });

  it('keeps posted outcomes apart from live ones', () => {
    const book = createLearningBook();
    for (let i = 0; i < 30; i++) book.add(forecast({ source: 'posted' }), outcome('sl', -1));
    expect(book.of(at(0))).toEqual(UNTAUGHT);
    expect(book.of(at(0, { source: 'posted' }))).toMatchObject({ trades: 30, calibration: { n: 30 } });
    book.add(forecast(), outcome('tp', 1));
    expect(book.of(at(0)).calibration.n).toBe(1);
  });

  it('teaches each assignment by its own outcomes alone', () => {
    const book = createLearningBook();
    for (let i = 0; i < 50; i++) {
      book.add(forecast({ assignment: 'wide' }), outcome('tp', 1.4, i));
      book.add(forecast(), outcome('sl', -1, i));
    }
    const [own, wide] = [book.of(at(60)), book.of(at(60, { assignment: 'wide' }))];
    expect([own.winRate, own.trades, wide.winRate, wide.trades]).toEqual([0, 50, 1, 50]);
    expect(own.calibration.intercept).toBeLessThan(0);
    expect(wide.calibration.intercept).toBeGreaterThan(0);
    expect(book.of(at(60, { assignment: 'regime' }))).toEqual(own);
    expect(book.of(at(60, { assignment: 'other' }))).toEqual(UNTAUGHT);
  });

  it('starts a symbol at the pool of the others and moves it to its own outcomes, with a prior worth 50', () => {
    const book = createLearningBook();
    const published = (symbol: string) => calibrate(0.4, book.of(at(0, { symbol })).calibration);
    for (let i = 0; i < 200; i++)
      book.add(forecast({ symbol: 'EURUSD' }), outcome(i % 5 === 0 ? 'tp' : 'sl'));
    const pool = (40 + 50 * 0.4) / 250;
    expect(published('BTCUSD')).toBeCloseTo(pool, 9);
    for (let i = 0; i < 50; i++) book.add(forecast(), outcome(i % 2 === 0 ? 'tp' : 'sl'));
    // Fifty of its own weigh as much as the pool.
    expect(published('BTCUSD')).toBeCloseTo((25 + 50 * pool) / 100, 9);
    for (let i = 0; i < 800; i++) book.add(forecast(), outcome(i % 2 === 0 ? 'tp' : 'sl'));
    expect(published('BTCUSD')).toBeGreaterThan(0.47);
  });

  it('lets an end that comes anew, at another time, take the place of the first', () => {
    const book = createLearningBook();
    const of = forecast();
    book.add(of, outcome('tp', 1.4, 1_000));
    book.add(of, outcome('sl', -1, 60_000));
    expect(book.of(at(1_000))).toEqual(UNTAUGHT);
    expect(book.of(at(60_000))).toMatchObject({ winRate: 0, trades: 1, calibration: { n: 1 } });
  });

  it('counts an outcome once, however often it arrives, and forgets beyond its bound', () => {
    const book = createLearningBook({ most: 10 });
    const one = forecast();
    book.add(one, outcome('sl', -1));
    book.add(one, outcome('sl', -1));
    expect(book.of(at(0))).toMatchObject({ trades: 1, calibration: { n: 1 } });
    for (let i = 0; i < 10; i++) book.add(forecast(), outcome('tp', 1, 1));
    expect(book.of(at(1))).toMatchObject({ winRate: 1, trades: 10, calibration: { n: 10 } });
  });
});
