import type { Signal } from '../../../schema/signal.ts';
import { formatR, formatShare } from './price.ts';

/**
 * The chance of TP beside what it has to beat: `chance of TP 38 %, break-even 41 %, expected −0.06 R`. The chance is the one that the
 * expectation is made of, here as in the posts; `confidence` is another question.
 */
export function oddsWords({ risk_metrics }: Signal): string {
  const { prob_tp_hit: chance, breakeven_probability: even, expected_r: expected } = risk_metrics;
  return [
    ...(chance === null ? [] : [`chance of TP ${formatShare(chance)}`]),
    ...(even === null ? [] : [`break-even ${formatShare(even)}`]),
    ...(expected === null ? [] : [`expected ${formatR(expected)}`]),
  ].join(', ');
}

/** Whether a signal is worth its cost by its own odds, in a sentence; null where it has none. */
export function worthWords({ risk_metrics }: Pick<Signal, 'risk_metrics'>): string | null {
  const { expected_r: expected } = risk_metrics;
  if (expected === null) return null;
  const each = formatR(Math.abs(expected)).replace('+', '');
  if (Number(expected.toFixed(2)) === 0)
    return 'By these odds such signals neither gain nor lose after cost.';
  return expected < 0
    ? `By these odds such signals lose ${each} each on average, after cost: the chance does not pay for the risk.`
    : `By these odds such signals gain ${each} each on average, after cost. Odds are estimates: compare them with the results.`;
}
