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
