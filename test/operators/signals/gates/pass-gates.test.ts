import { describe, expect, it } from 'vitest';
import { type GateContext, passGates } from '../../../../operators/signals/gates/pass-gates.ts';
import type { CalendarEvent } from '../../../../schema/calendar.ts';
import { windowQuality } from '../../../../operators/analysis/window-quality.ts';
import { candlesUntil, closeOf, minute } from '../signal-samples.ts';

const at = 1000 * minute;
const cpi: CalendarEvent = { title: 'CPI', country: 'USD', time: at, impact: 'High' };
const incomplete = windowQuality(candlesUntil(at, 250, { complete: false }), (from, to) => to - from);

const context = (change: Partial<GateContext> = {}): GateContext => ({
  calendar: { state: 'fresh', events: [] },
  news: { beforeMs: 30 * minute, afterMs: 30 * minute, failMode: 'open' },
  risk: { maxPerDay: 0, maxPerHour: 0, minSpacingMs: 0, minReward: 0 },
  issued: [],
  open: null,
  rangeSince: () => null,
  ...change,
});
const newsAt = { calendar: { state: 'fresh', events: [cpi] } } as const;
const verdicts = (gates: readonly { gate: string; passed: boolean }[]) =>
  gates.map(({ gate, passed }) => `${passed ? '' : 'not '}${gate}`);

describe('passGates', () => {
  it('asks quality, news and risk, in that order, and keeps each verdict with the decision', () => {
    const { decision, refusal, isEntry } = passGates(closeOf('BUY', at), context());
    expect(verdicts(decision.gates)).toEqual(['data_quality', 'news', 'risk']);
    expect(decision).toMatchObject({ signal_type: 'BUY', tp: 103, sl: 98 });
    expect({ refusal, isEntry }).toEqual({ refusal: null, isEntry: true });
  });

  it('tells in the lineage where the candles come from and what the trade costs', () => {
    const { decision } = passGates(closeOf('BUY', at, { cost: 0.07 }), context());
    expect(decision.lineage).toMatchObject({ version: 'test', source: 'live', cost: 0.07 });
  });

  it('names the first gate that refuses, asks the market’s others, and spares a refused one the risk gate', () => {
    const close = closeOf('BUY', at, { quality: incomplete });
    const { decision, refusal, isEntry } = passGates(close, context(newsAt));
    expect(verdicts(decision.gates)).toEqual(['not data_quality', 'not news']);
    expect(refusal).toMatchObject({ gate: 'data_quality', passed: false });
    expect(decision).toMatchObject({ signal: 'HOLD', signal_type: 'WAIT', tp: null, sl: null });
    expect(decision.reasoning).toMatch(/^BUY withheld: 100\.0 % of the window/);
    expect(isEntry).toBe(false);
  });

  it('refuses an entry for news, and for risk alone', () => {
    const news = passGates(closeOf('SELL', at), context(newsAt));
    expect(news).toMatchObject({ refusal: { gate: 'news' }, isEntry: false });
    const risk = passGates(closeOf('SELL', at, { cost: 1.9 }), context());
    expect(verdicts(risk.decision.gates)).toEqual(['data_quality', 'news', 'not risk']);
    expect(risk).toMatchObject({ refusal: { gate: 'risk' }, isEntry: false });
  });

  it('trusts posted candles: neither their quality nor the news is asked', () => {
    const close = closeOf('BUY', at, { source: 'posted', quality: null });
    const { decision, isEntry } = passGates(close, context(newsAt));
    expect(verdicts(decision.gates)).toEqual(['risk']);
    expect(isEntry).toBe(true);
    expect(decision.lineage).toMatchObject({ source: 'posted' });
  });

  it('asks nobody about the quality of a window that is refused already', () => {
    const gates = [{ gate: 'data_quality', passed: false, reason: 'a step' }] as const;
    const close = closeOf('WAIT', at, { quality: incomplete });
    const broken = { ...close, decision: { ...close.decision, gates: [...gates] } };
    expect(verdicts(passGates(broken, context()).decision.gates)).toEqual(['not data_quality', 'news']);
    const passed = { ...broken, decision: { ...close.decision, gates: [{ ...gates[0], passed: true }] } };
    expect(verdicts(passGates(passed, context()).decision.gates)).toEqual([
      'data_quality',
      'not data_quality',
      'news',
    ]);
  });

  it.each([
    ['a WAIT', closeOf('WAIT', at), context()],
    ['a late close', closeOf('BUY', at, { timely: false }), context()],
    ['the direction that is open', closeOf('BUY', at), context({ open: 'BUY' })],
  ])('asks no risk of %s, and enters nothing', (_what, close, given) => {
    const { decision, refusal, isEntry } = passGates({ ...close, cost: 1.9 }, given);
    expect(verdicts(decision.gates)).toEqual(['data_quality', 'news']);
    expect({ refusal, isEntry }).toEqual({ refusal: null, isEntry: false });
    expect(decision.signal_type).toBe(close.decision.signal_type);
  });

  it('enters against the direction that is open', () => {
    expect(passGates(closeOf('SELL', at), context({ open: 'BUY' })).isEntry).toBe(true);
  });

  it('holds the last price against a live entry, and never against a posted one', () => {
    const beyond = context({ rangeSince: () => ({ low: 103, high: 103 }) });
    expect(passGates(closeOf('BUY', at), beyond).refusal).toMatchObject({
      reason: 'the price has been at a level since the close',
    });
    expect(passGates(closeOf('BUY', at, { source: 'posted', quality: null }), beyond).isEntry).toBe(true);
  });

  it('weighs what was issued before, the cost, and how wild the window is', () => {
    const risk = { maxPerDay: 1, maxPerHour: 0, minSpacingMs: 0, minReward: 0 };
    const issued = [{ at: at - minute, timeframe: '1min', signal_type: 'BUY' }] as const;
    expect(passGates(closeOf('BUY', at), context({ risk })).isEntry).toBe(true);
    expect(passGates(closeOf('BUY', at), context({ risk, issued })).refusal?.reason).toMatch(/last day/);
    const calm = closeOf('BUY', at);
    const { high } = calm.columns;
    const wild = {
      ...calm.columns,
      high: high.map((price, i) => (i >= high.length - 3 ? price + 20 : price)),
    };
    expect(passGates({ ...calm, columns: wild }, context()).refusal?.reason).toMatch(/11\.0 times the usual/);
  });
});
