import type { Decision, Signal } from '../../../../schema/signal.ts';
import { isIssued } from '../../state/signals.ts';
import { formatShare } from '../../format/price.ts';
import { Word } from '../terms/word.tsx';

/** What the decision was computed from, so that it can be computed again: folded away, for it is nothing to trade by. */
export function ModelNumbers({ decision }: { readonly decision: Signal | Decision }) {
  const { regime, learning_stats: learned, lineage } = decision;
  const facts: [string, unknown][] = [
    ...(isIssued(decision) ? [['id', decision.id] as [string, unknown]] : []),
    ...(decision.signal_type === 'WAIT'
      ? []
      : [['Confidence', formatShare(decision.confidence, 1)] as [string, unknown]]),
    ['calibrated on', `${learned.calibration_count} outcomes`],
    ['Regime', `${regime.state} (${formatShare(regime.probabilities[regime.state] ?? 0)})`],
    ...Object.entries(lineage),
  ];
  return (
    <details class="model-numbers">
      <summary>Model’s numbers</summary>
      <dl class="pairs lineage">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>
              <Word>{name.replaceAll('_', ' ')}</Word>
            </dt>
            <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
