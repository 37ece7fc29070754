import { ownerOf } from '../../../schema/strategies/assignment.ts';
import type { Signal } from '../../../schema/signal.ts';
import { messageText } from './message-text.ts';

const longest = 4096;

const whose = (signal: Signal) => {
  const { strategy, assignment } = ownerOf(signal);
  return { strategy, assignment };
};

/** The webhook's body for a new signal. Probabilities 0 to 1, `expected_r` in R after cost. */
export function webhookSignal(signal: Signal, template: string): object {
  const { id, symbol, timeframe, entry, tp, sl, confidence, reasoning, created_at, expires_at } = signal;
  const { prob_tp_hit, breakeven_probability, expected_r } = signal.risk_metrics;
  return {
    type: 'signal',
    text: messageText(template, signal, longest),
    signal: {
      id,
      symbol,
      timeframe,
      action: signal.signal_type,
      entry,
      tp,
      sl,
      confidence,
      prob_tp_hit,
      breakeven_probability,
      expected_r,
      reasoning,
      created_at,
      expires_at,
      ...whose(signal),
    },
  };
}

/**
 * The webhook's body for a signal's end. It has no field `signal`: a receiver that ignores `type` must not take it for a new
 * one.
 */
export function webhookEnd(signal: Signal, template: string): object {
  const { id, symbol, timeframe, entry, tp, sl, status, outcome } = signal;
  return {
    type: 'end',
    text: messageText(template, signal, longest),
    end: {
      signal_id: id,
      symbol,
      timeframe,
      side: signal.signal_type,
      entry,
      tp,
      sl,
      status,
      exit_price: outcome?.exit_price ?? null,
      r: outcome?.r ?? null,
      ended_at: outcome?.resolved_at ?? null,
      ...whose(signal),
    },
  };
}
