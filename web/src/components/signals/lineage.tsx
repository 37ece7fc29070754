import type { Signal } from '../../../../schema/signal.ts';
import { formatShare } from '../../format/price.ts';

/** What the decision was made from, so that it can be made again. */
export function Lineage({ signal }: { readonly signal: Signal }) {
  const { regime, learning_stats: learned } = signal;
  const facts: [string, unknown][] = [
    ['id', signal.id],
    ['regime', `${regime.state} (${formatShare(regime.probabilities[regime.state] ?? 0)})`],
    ['calibrated on', `${learned.calibration_count} outcomes`],
    ...Object.entries(signal.lineage),
  ];
  return (
    <dl class="pairs lineage">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name.replaceAll('_', ' ')}</dt>
          <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
