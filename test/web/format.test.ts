import { describe, expect, it } from 'vitest';
import { oddsWords } from '../../web/src/format/odds-words.ts';
import { formatPercent, formatPrice, formatR, priceParts } from '../../web/src/format/price.ts';
import { formatAge, formatCountdown } from '../../web/src/format/time.ts';
import { formatVolume } from '../../web/src/format/volume.ts';
import { aSignal } from '../support/signals.ts';

describe('price', () => {
  it('is quoted with the decimals of its market', () => {
    expect(formatPrice('BTCUSD', 64_218.4)).toBe('64,218.40');
    expect(formatPrice('EURUSD', 1.08425)).toBe('1.08425');
    expect(formatPrice('USDJPY', 151.3276)).toBe('151.328');
    expect(formatPrice('AAPL', 189.9)).toBe('189.90');
    expect(formatPrice('SHIBUSD', 0.00002417)).toBe('0.00002417');
  });
  it.each([
    ['EURUSD', 1.08425],
    ['BTCUSD', 64_218.4],
    ['AAPL', 9.5],
    ['USDJPY', 151.328],
  ])('of %s falls into parts that read as the whole', (symbol, price) => {
    expect(priceParts(symbol, price).join('')).toBe(formatPrice(symbol, price));
  });
  it('sets the pips of a currency large', () =>
    expect(priceParts('EURUSD', 1.08425)).toEqual(['1.08', '42', '5']));
});

describe('the odds of a signal', () => {
  it('stand beside what they have to beat', () => {
    const signal = aSignal({ confidence: 0.384 });
    const risk_metrics = { ...signal.risk_metrics, breakeven_probability: 0.413, expected_r: -0.064 };
    expect(oddsWords({ ...signal, risk_metrics })).toBe(
      'chance of TP 38 %, break-even 41 %, expected −0.06 R',
    );
  });
});

describe('signed figures', () => {
  it('carry a real minus, and zero carries none', () => {
    expect(formatPercent(-1.234)).toBe('−1.23 %');
    expect(formatPercent(1.2)).toBe('+1.20 %');
    expect(formatR(-0.001)).toBe('0.00 R');
  });
});

describe('formatAge', () => {
  it.each([
    [0, 'now'],
    [8_400, '8 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 d'],
  ])('says %d ms as %s', (ms, text) => expect(formatAge(ms)).toBe(text));
});

describe('formatCountdown', () => {
  it.each([
    [1, '0:01'],
    [59_001, '1:00'],
    [750_000, '12:30'],
    [11_100_000, '3:05:00'],
  ])('says %d ms as %s', (ms, text) => expect(formatCountdown(ms)).toBe(text));
});

describe('volume', () => {
  it('says what was counted, and nothing of what does not add up', () => {
    expect(formatVolume(1234.567, 'traded')).toBe('1,234.57');
    expect(formatVolume(61, 'ticks')).toBe('61 ticks');
    expect(formatVolume(61, 'mixed')).toBe('–');
    expect(formatVolume(0, 'none')).toBe('–');
  });
});
