import { hasOthers, strategies, strategiesShown } from '../../state/strategies.ts';
import { useStore } from '../../state/use-store.ts';
import { Icon } from '../icon.tsx';

/** Opens the list of strategies; where there is the built-in rule alone, there is nothing to list. */
export function StrategiesButton() {
  const shown = useStore(strategies, hasOthers);
  const failed = useStore(
    strategies,
    ({ data }) => data?.assignments.filter(({ state }) => state === 'failed').length ?? 0,
  );
  if (!shown) return null;
  return (
    <button type="button" class="icon-button" onClick={() => strategiesShown.set(true)}>
      <Icon name="signals" />
      <span class="wide-only">Strategies</span>
      <span class="narrow-only visually-hidden">Strategies</span>
      {failed > 0 && <span class="tab-count">{failed} failed</span>}
    </button>
  );
}
