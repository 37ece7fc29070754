import { describe, expect, it } from 'vitest';
import type { Decision, Signal } from '../../schema/signal.ts';
import { formatDuration } from '../../web/src/format/duration.ts';
import { oddsWords, worthWords } from '../../web/src/format/odds-words.ts';
import { formatPercent, formatPrice, formatR, priceParts } from '../../web/src/format/price.ts';
import { formatAge, formatCountdown } from '../../web/src/format/time.ts';
import { storyOf } from '../../web/src/format/story.ts';
import { formatVolume } from '../../web/src/format/volume.ts';
import { waitWords } from '../../web/src/format/wait-words.ts';
import { fixtureDecision, fixtureSignal } from '../e2e/fixture.ts';
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
    // The one chance is that of the expectation; what results make of it is another question.
    const signal = aSignal({ confidence: 0.61 });
    const odds = { prob_tp_hit: 0.384, breakeven_probability: 0.413, expected_r: -0.064 };
    const risk_metrics = { ...signal.risk_metrics, ...odds };
    expect(oddsWords({ ...signal, risk_metrics })).toBe(
      'chance of TP 38 %, break-even 41 %, expected −0.06 R',
    );
  });

  it.each([
    [-0.064, /lose 0\.06 R each .* does not pay/],
    [0.11, /gain 0\.11 R each .* compare them with the results/],
    [-0.004, /neither gain nor lose/],
    [null, null],
  ])('say whether a signal pays for its risk: %s', (expected_r, words) => {
    const signal = aSignal();
    const said = worthWords({ risk_metrics: { ...signal.risk_metrics, expected_r } });
    if (words === null) expect(said).toBeNull();
    else expect(said).toMatch(words);
  });
});

describe('why there is no signal', () => {
  const decision = (score: number, over: Partial<Decision> = {}): Decision => ({
    ...fixtureDecision('BTCUSD', '1h', 3_600_000),
    lineage: { score, threshold: 0.5 },
    ...over,
  });
  it.each([
    [0.45, 'Almost a buy', '90 % of the way to a call.'],
    [-0.4, 'Almost a sell', '80 % of the way to a call.'],
    [-0.3, 'Leaning to a sell', '60 % of the way to a call.'],
    [0.1, 'No side', 'The market leans to neither enough: 20 % of the way to a buy.'],
  ])('with a score of %d is: %s', (score, lead, because) =>
    expect(waitWords(decision(score))).toEqual({ lead, because }),
  );
  it('says what was not sure enough of a score that passed', () => {
    const reasoning =
      'Cost is 31.5 % of the distance to the stop, more than the 25 % allowed. The trend is up, with it.';
    expect(waitWords(decision(0.7, { reasoning }))).toEqual({
      lead: 'Not quite a buy',
      because: 'Cost is 31.5 % of the distance to the stop, more than the 25 % allowed.',
    });
  });
  it('names the gate that withheld a call, and the side that was called', () => {
    const gates: Decision['gates'] = [
      { gate: 'data_quality', passed: true },
      { gate: 'news', passed: false, reason: 'NFP in 12 minutes' },
    ];
    const reasoning = 'SELL withheld: NFP in 12 minutes. The score …';
    expect(waitWords(decision(-0.7, { gates, reasoning }))).toEqual({
      lead: 'A sell, withheld',
      because: 'News: NFP in 12 minutes.',
    });
  });
  it('leaves the words to a rule that has no score', () => {
    const reasoning = 'RSI is 48, between 30 and 70.';
    expect(waitWords(decision(0, { reasoning, lineage: {} }))).toEqual({
      lead: 'No signal',
      because: reasoning,
    });
  });
});

describe('the story of a signal', () => {
  const told = (decision: Signal | Decision) =>
    storyOf(decision).map(({ name, after }) => (after === null ? name : `${name} +${formatDuration(after)}`));
  it('goes from close to end, with the time that each step took', () => {
    const signal = fixtureSignal('a', 'BTCUSD', '1h', 3_600_000, 'BUY', 100, 'tp');
    expect(told(signal)).toEqual(['close', 'analysis', 'gates', 'issue +0.4 s', 'posts', 'end +8 h 59 min']);
  });
  it('of an open one stands in the market', () => {
    const open = fixtureSignal('a', 'BTCUSD', '1h', 3_600_000, 'BUY', 100);
    expect(told(open).at(-1)).toBe('market');
  });
  it('of a reversed one goes on to what its levels came to', () => {
    const signal = fixtureSignal('a', 'BTCUSD', '1h', 3_600_000, 'BUY', 100, 'reversed');
    const levels_outcome = {
      ...signal.outcome!,
      status: 'sl' as const,
      resolved_at: signal.outcome!.resolved_at + 60_000,
    };
    expect(told({ ...signal, levels_outcome, end_deliveries: [] }).slice(-3)).toEqual([
      'end +8 h 59 min',
      'end-posts',
      'levels +1 min',
    ]);
  });
  it('of a decision that became no signal ends where it stopped', () => {
    const wait = fixtureDecision('BTCUSD', '1h', 3_600_000);
    expect(told(wait)).toEqual(['close', 'analysis', 'none']);
    const withheld = { ...wait, gates: [{ gate: 'news' as const, passed: false }] };
    expect(told(withheld)).toEqual(['close', 'analysis', 'gates', 'none']);
  });
  it('tells no duration where the clocks of two steps disagree', () => {
    const early = { ...fixtureSignal('a', 'BTCUSD', '1h', 3_600_000, 'BUY', 100), created_at: 3_599_000 };
    expect(told(early)).toContain('issue');
  });
});

describe('formatDuration', () => {
  it.each([
    [400, '0.4 s'],
    [12_900, '12 s'],
    [540_000, '9 min'],
    [539_600, '8 min 59 s'],
    [7_500_000, '2 h 5 min'],
    [172_800_000, '2 d'],
    [187_200_000, '2 d 4 h'],
  ])('says %d ms as %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
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
