import { select, selection, type View } from '../state/selection.ts';
import { unseen } from '../state/notices.ts';
import { useStore } from '../state/use-store.ts';
import { Icon } from './icon.tsx';

const views: readonly (readonly [View, string])[] = [
  ['market', 'Market'],
  ['chart', 'Chart'],
  ['signals', 'Signals'],
  ['results', 'Results'],
];

/** On a phone: which part of the page is shown. */
export function TabBar() {
  const view = useStore(selection, (chosen) => chosen.view);
  const count = useStore(unseen, (n) => n);
  return (
    <nav class="tab-bar" aria-label="Parts of the page">
      {views.map(([name, label]) => (
        <button
          key={name}
          type="button"
          aria-current={view === name ? 'page' : undefined}
          onClick={() => select({ view: name, ...(name === 'signals' ? { signalId: null } : {}) })}
        >
          <Icon name={name} />
          {label}
          {name === 'signals' && count > 0 && <span class="tab-count">{count}</span>}
        </button>
      ))}
    </nav>
  );
}
