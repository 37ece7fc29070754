import type { GateVerdict } from '../../../../schema/signal.ts';
import { gateWords } from '../../format/words.ts';
import { Word } from '../terms/word.tsx';

/** The result of each gate. */
export function GateList({ gates }: { readonly gates: readonly GateVerdict[] }) {
  if (gates.length === 0) return <p class="empty">No gate was asked.</p>;
  return (
    <ul class="gates">
      {gates.map(({ gate, passed, reason }) => (
        <li key={gate}>
          <span class={`gate-mark ${passed ? 'tone-up' : 'tone-down'}`} aria-hidden="true">
            {passed ? '✓' : '✕'}
          </span>
          <strong>
            <Word>{gateWords[gate] ?? gate}</Word>
          </strong>{' '}
          {passed ? 'passed' : 'refused'}
          {reason !== undefined && <span class="gate-reason">{reason}</span>}
        </li>
      ))}
    </ul>
  );
}
