import type { Signal } from '../../../schema/signal.ts';
import { formatR, formatShare } from './price.ts';

/** The published chance of TP beside what it has to beat: `chance of TP 38 %, break-even 41 %, expected −0.06 R`. */
export function oddsWords({ confidence, risk_metrics }: Signal): string {
  const { breakeven_probability: even, expected_r: expected } = risk_metrics;
  return [
    `chance of TP ${formatShare(confidence)}`,
    ...(even === null ? [] : [`break-even ${formatShare(even)}`]),
    ...(expected === null ? [] : [`expected ${formatR(expected)}`]),
  ].join(', ');
}
