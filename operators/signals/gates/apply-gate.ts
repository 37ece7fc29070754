import type { Decision, GateVerdict } from '../../../schema/signal.ts';
import { platformText } from '../../analysis/platform-text.ts';

const nothing = {
  risk_reward_ratio: null,
  potential_profit_pct: null,
  potential_loss_pct: null,
  prob_tp_hit: null,
  prob_sl_hit: null,
  prob_neither: null,
  breakeven_probability: null,
  expected_value: null,
  expected_value_pct: null,
  expected_r: null,
} as const;

/**
 * The decision after a gate's verdict, which is kept in `gates`. A refusal turns BUY or SELL into WAIT, without levels, its
 * reason first in `reasoning`; the direction that was withheld stays with the caller, for the shadow ledger.
 */
export function applyGate(decision: Decision, verdict: GateVerdict): Decision {
  const gates = [...decision.gates, verdict];
  if (verdict.passed || decision.signal_type === 'WAIT') return { ...decision, gates };
  const why = `${decision.signal_type} withheld: ${verdict.reason ?? verdict.gate}.`;
  return { ...toWait(decision, `${why} ${decision.reasoning}`), gates };
}

/** The same market, without an idea: WAIT has no levels and no odds of them. */
export function toWait(decision: Decision, reasoning: string): Decision {
  return {
    ...decision,
    signal: 'HOLD',
    signal_type: 'WAIT',
    tp: null,
    sl: null,
    confidence: 0,
    reasoning: platformText(reasoning),
    risk_metrics: nothing,
    distance_info: { ...decision.distance_info, distance_to_tp_pct: null, distance_to_sl_pct: null },
  };
}
