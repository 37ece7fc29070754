import { leanOf } from '../../chart/regimes.ts';
import { formatShare } from '../../format/price.ts';
import { chartSignals } from '../../state/chart/chart-signals.ts';
import { signals } from '../../state/signals.ts';
import { useStore } from '../../state/use-store.ts';
import { Word } from '../terms/word.tsx';

const leans = ['down', 'calm', 'up'];

/** The regimes of the last decision with their probabilities: the key to the chart's shading. */
export function RegimeKey({ symbol, timeframe }: { readonly symbol: string; readonly timeframe: string }) {
  const here = chartSignals(
    useStore(signals, (known) => known),
    symbol,
    timeframe,
  );
  const latest = here.last ?? here.issued[0];
  if (latest === undefined) return null;
  return (
    <>
      <span class="regime-word">
        <Word>Regime</Word>
      </span>
      <dl class="regime-key" aria-label="Market regime at the last close">
        {Object.entries(latest.regime.probabilities)
          .sort(([a], [b]) => leans.indexOf(leanOf(a)) - leans.indexOf(leanOf(b)))
          .map(([state, probability]) => (
            <div
              key={state}
              class={`regime regime-${leanOf(state)} ${state === latest.regime.state ? 'is-now' : ''}`}
            >
              <dt>{state.replaceAll('_', ' ')}</dt>
              <dd>{formatShare(probability)}</dd>
            </div>
          ))}
      </dl>
    </>
  );
}
