import { describe, expect, it } from 'vitest';
import { contractOf } from '../../web/src/components/sizing/contract-of.ts';
import { positionSize, type SizeInput } from '../../web/src/components/sizing/position-size.ts';
import { parseSizing } from '../../web/src/state/sizing.ts';

/** EUR/USD, 40 pips to the stop, 60 to the target, an account in USD. */
const input: SizeInput = {
  account: '10000',
  risk: '1',
  rate: '1',
  unitsPerLot: '100000',
  step: '0.01',
  entry: 1.1,
  sl: 1.096,
  tp: 1.106,
};

describe('positionSize', () => {
  it('loses the risk at the stop: 100 USD over 40 pips is 0.25 lots', () => {
    const size = positionSize(input);
    if (typeof size === 'string') throw new Error(size);
    expect([size.lots, size.units, size.atRisk]).toEqual([0.25, 25_000, 100]);
    expect(size.loss).toBeCloseTo(100, 9);
    expect(size.gain).toBeCloseTo(150, 9);
    expect(size.worth).toBeCloseTo(27_500, 9);
    expect(size.leverage).toBeCloseTo(2.75, 9);
  });

  it('counts in the currency of the account: USD/JPY, 1 JPY = 0.0065 USD', () => {
    const size = positionSize({ ...input, rate: '0.0065', entry: 150, sl: 150.5, tp: 149 });
    // 100 USD / (0.5 JPY × 0.0065 × 100,000) = 0.3077 lots.
    expect(size).toMatchObject({ lots: 0.3, units: 30_000 });
    expect((size as { loss: number }).loss).toBeCloseTo(97.5, 9);
  });

  it('is rounded down, never up: it loses no more than the risk, and a step more would', () => {
    for (let i = 1; i < 400; i++) {
      const risk = 0.01 + (i % 37) * 0.13;
      const one = { ...input, risk: String(risk), sl: 1.1 - i * 0.00037, step: ['0.01', '0.1', '1'][i % 3]! };
      const size = positionSize(one);
      const perStep = (1.1 - one.sl) * 100_000 * Number(one.step);
      if (typeof size === 'string') {
        expect(perStep).toBeGreaterThan(risk * 100);
      } else {
        expect(size.loss).toBeLessThanOrEqual(size.atRisk * (1 + 1e-9));
        expect(size.loss + perStep).toBeGreaterThan(size.atRisk);
        expect(
          Math.abs(size.lots / Number(one.step) - Math.round(size.lots / Number(one.step))),
        ).toBeLessThan(1e-9);
      }
    }
  });

  it('says what the smallest lot would lose where it is too large', () => {
    expect(positionSize({ ...input, account: '100' })).toBe(
      'The smallest lot loses 4 at the stop: more than the risk allows.',
    );
  });

  it.each([
    ['account', '', 'Account must be a number from 1 to 1,000,000,000,000.'],
    ['account', '-5', 'Account must be a number from 1 to 1,000,000,000,000.'],
    ['account', '1e400', 'Account must be a number from 1 to 1,000,000,000,000.'],
    ['risk', '0', 'Risk must be a number from 0.01 to 100.'],
    ['risk', '101', 'Risk must be a number from 0.01 to 100.'],
    ['rate', 'x', 'Rate must be a number from 0.000000001 to 1,000,000,000.'],
    ['unitsPerLot', '0', 'Units in a lot must be a number from 0.000001 to 1,000,000,000.'],
    ['step', ' ', 'Smallest lot must be a number from 0.000001 to 1,000,000.'],
  ])('names the field and its bounds: %s of "%s"', (field, text, fault) => {
    expect(positionSize({ ...input, [field]: text })).toBe(fault);
  });

  it('needs a distance', () => {
    expect(positionSize({ ...input, sl: input.entry })).toContain('no size follows');
  });
});

describe('contractOf', () => {
  it.each([
    ['EURUSD', 100_000, 'EUR', 'USD', 0.0001],
    ['USDJPY', 100_000, 'USD', 'JPY', 0.01],
    ['XAUUSD', 100, 'oz of XAU', 'USD', null],
    ['XAGUSD', 5000, 'oz of XAG', 'USD', null],
    ['BTCUSD', 1, 'BTC', 'USD', null],
    ['AAPL', 1, 'shares', null, null],
  ])('is the usual one of %s', (symbol, unitsPerLot, unit, quote, pip) => {
    expect(contractOf(symbol)).toMatchObject({ unitsPerLot, unit, quote, pip });
  });
});

describe('what positions are sized from', () => {
  it('is what was kept, and whatever else is kept there is ignored', () => {
    const usual = { account: '10000', risk: '1' };
    for (const broken of [null, '', '{', '[]', '7', '{"account":5}', 'null'])
      expect(parseSizing(broken)).toEqual(usual);
    const own = { account: '2500', risk: '0.5' };
    expect(parseSizing(JSON.stringify(own))).toEqual(own);
  });
});
