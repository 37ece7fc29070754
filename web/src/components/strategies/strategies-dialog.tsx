import { useEffect } from 'preact/hooks';
import type { StrategiesAnswer } from '../../../../schema/strategies/listed-strategies.ts';
import { askAssignmentResults } from '../../live/ask-strategies.ts';
import { strategies, strategiesShown } from '../../state/strategies.ts';
import { useStore } from '../../state/use-store.ts';
import { Modal } from '../modal.tsx';
import { AssignmentItem } from './assignment-item.tsx';

/** Who decides on what: each assignment with its state, last decision and results, and each strategy with its checks. */
export function StrategiesDialog() {
  const open = useStore(strategiesShown, (now) => now);
  const data = useStore(strategies, (now) => now.data);
  return (
    <Modal name="strategies" title="Strategies" open={open} onClose={() => strategiesShown.set(false)}>
      {data !== null && <Listed data={data} />}
    </Modal>
  );
}

function Listed({ data }: { readonly data: StrategiesAnswer }) {
  useEffect(() => void askAssignmentResults(), []);
  return (
    <div class="settings-body" tabIndex={0} role="region" aria-label="List of strategies">
      <ul class="assignments">
        {data.assignments.map((assignment) => (
          <AssignmentItem key={assignment.id} assignment={assignment} />
        ))}
      </ul>
      {data.strategies.map(({ name, about, file, error, checks }) => (
        <section key={name}>
          <h3>{name}</h3>
          <p>{about}</p>
          {file !== null && <p class="panel-note">{file}</p>}
          {error !== null && <p class="tone-lost">{error}</p>}
          {checks.length > 0 && (
            <ul>
              {checks.map((check) => (
                <li key={check.name} class={check.passed ? '' : 'tone-lost'}>
                  {check.passed ? '✓' : '✗'} {check.name}: {check.says}
                </li>
              ))}
            </ul>
          )}
        </section>
      ))}
    </div>
  );
}
