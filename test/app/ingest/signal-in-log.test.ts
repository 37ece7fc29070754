import { describe, expect, it } from 'vitest';
import { endInLog, signalInLog } from '../../../app/ingest/signal-in-log.ts';
import { aSignal, resolved } from '../../support/signals.ts';

describe('signalInLog', () => {
  const base = aSignal();
  const signal = aSignal({
    symbol: 'EURUSD',
    entry: 1.09345,
    tp: 1.0954499999,
    sl: 1.09245,
    risk_metrics: { ...base.risk_metrics, prob_tp_hit: 0.38026687, expected_r: -0.2030684 },
  });

  it('names side, prices as they are quoted, and odds', () => {
    expect(signalInLog(signal)).toEqual({
      id: signal.id,
      symbol: 'EURUSD',
      timeframe: '1h',
      signal_type: 'BUY',
      entry: 1.09345,
      tp: 1.09545,
      sl: 1.09245,
      prob_tp_hit: 0.38,
      breakeven_probability: 0.34,
      expected_r: -0.2,
    });
  });

  it('of an end names what it came to, also where the signal is not known any more', () => {
    const event = resolved(signal, { exit_price: 1.0954499999, r: 1.98765 });
    if (event.kind !== 'resolved') throw new Error('an end is wanted');
    const end = { id: signal.id, symbol: 'EURUSD', timeframe: '1h', status: 'tp', r: 1.99 };
    expect(endInLog(event, signal)).toEqual({ ...end, signal_type: 'BUY', exit_price: 1.09545 });
    expect(endInLog(event, undefined)).toMatchObject({ ...end, exit_price: 1.0954499999 });
  });
});
