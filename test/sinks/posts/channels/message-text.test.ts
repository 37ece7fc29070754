import { describe, expect, it } from 'vitest';
import { messageText } from '../../../../sinks/posts/channels/message-text.ts';
import { webhookEnd, webhookSignal } from '../../../../sinks/posts/channels/webhook-bodies.ts';
import type { Outcome, Signal } from '../../../../schema/signal.ts';
import { aSignal } from '../../../support/signals.ts';

const at = Date.parse('2026-01-05T10:00:00Z');
const signal = aSignal({ id: 's1', symbol: 'BTCUSD', created_at: at, expires_at: at + 3_600_000 });
const outcome: Outcome = {
  status: 'tp',
  resolved_at: at + 60_000,
  exit_price: 110,
  r: 1.996,
  mfe: 2,
  mae: 0.1,
  ambiguous_bar: false,
};
const say = (template: string, over: Partial<Signal> = {}) =>
  messageText(template, { ...signal, ...over }, 4096);
const odds = (over: Partial<Signal['risk_metrics']>) => ({
  risk_metrics: { ...signal.risk_metrics, ...over },
});

describe('messageText', () => {
  it.each([
    ['{id} {symbol} {timeframe} {action}', 's1 BTCUSD 1h BUY'],
    ['{entry} {tp} {sl}', '100.000 110.000 95.000'],
    ['{confidence} {breakeven}', '61 % 34 %'],
    ['{expected_r}', '+0.20 R'],
    ['{risk_reward}', '2.00'],
    ['{reasoning}', 'trend up, volume above its median'],
    ['{expires_at}', '2026-01-05T11:00:00.000Z'],
    ['{exit}|{r}|{ended_at}|{ending}', '|no result||open'],
    // A name that nobody knows stays, and `\n` begins a line.
    ['{nothing} {Id}\\n{id}\\n', '{nothing} {Id}\ns1\n'],
  ])('fills %s', (template, text) => {
    expect(say(template)).toBe(text);
  });

  it('tells how a signal ended, where, when, and what came of it', () => {
    expect(say('{ending} {exit} {r} {ended_at}', { status: 'tp', outcome })).toBe(
      'at take-profit 110.000 +2.00 R 2026-01-05T10:01:00.000Z',
    );
    const endings = (['sl', 'reversed', 'expired', 'void'] as const).map((status) =>
      say('{ending}', { status }),
    );
    expect(endings).toEqual([
      'at stop-loss',
      'by a signal the other way',
      'at its time limit',
      'as void: its prices count no more',
    ]);
    const r = (value: number | null) => say('{r}', { outcome: { ...outcome, r: value } });
    expect([r(-1), r(-0.004), r(0.004), r(0.005), r(null)]).toEqual([
      '-1.00 R',
      '0.00 R',
      '0.00 R',
      '+0.01 R',
      'no result',
    ]);
  });

  it('says of odds that nobody knows that they are unknown', () => {
    expect(
      say(
        '{breakeven} {expected_r} {risk_reward}',
        odds({ breakeven_probability: null, expected_r: null, risk_reward_ratio: null }),
      ),
    ).toBe('unknown unknown ');
    expect(say('{tp}|{sl}', { tp: null, sl: null })).toBe('|');
    expect(say('{expected_r}', odds({ expected_r: -0.25 }))).toBe('-0.25 R');
  });
});

describe('the bodies of a webhook', () => {
  it('name a new signal under `signal`', () => {
    expect(webhookSignal(signal, '{action} {symbol}')).toEqual({
      type: 'signal',
      text: 'BUY BTCUSD',
      signal: {
        id: 's1',
        symbol: 'BTCUSD',
        timeframe: '1h',
        action: 'BUY',
        entry: 100,
        tp: 110,
        sl: 95,
        confidence: 0.6123,
        prob_tp_hit: 0.5,
        breakeven_probability: 0.34,
        expected_r: 0.2,
        reasoning: 'trend up, volume above its median',
        created_at: at,
        expires_at: at + 3_600_000,
        strategy: 'regime',
        assignment: 'regime',
      },
    });
  });

  it('name its end under `end`, and nothing under `signal`', () => {
    const end = {
      signal_id: 's1',
      symbol: 'BTCUSD',
      timeframe: '1h',
      side: 'BUY',
      entry: 100,
      tp: 110,
      sl: 95,
      strategy: 'regime',
      assignment: 'regime',
    };
    expect(webhookEnd({ ...signal, status: 'tp', outcome }, '{symbol} {ending}')).toEqual({
      type: 'end',
      text: 'BTCUSD at take-profit',
      end: { ...end, status: 'tp', exit_price: 110, r: 1.996, ended_at: at + 60_000 },
    });
    expect(webhookEnd({ ...signal, status: 'void' }, 'x')).toEqual({
      type: 'end',
      text: 'x',
      end: { ...end, status: 'void', exit_price: null, r: null, ended_at: null },
    });
  });

  it('hold at most 4096 characters of text', () => {
    for (const body of [webhookSignal, webhookEnd])
      expect((body(signal, 'x'.repeat(5000)) as { text: string }).text).toHaveLength(4096);
  });
});
