import type { Signal } from '../../../../schema/signal.ts';
import { formatPercent, formatPrice } from '../../format/price.ts';
import { quotes } from '../../state/quotes.ts';
import { useStore } from '../../state/use-store.ts';
import { Word } from '../terms/word.tsx';

/** Stop, entry and target on one scale, with the live price (or the exit) where it stands among them. */
export function LevelLadder({ signal }: { readonly signal: Signal }) {
  const live = useStore(quotes, (all) => all.get(signal.symbol)?.price);
  const { symbol, entry, tp, sl } = signal;
  if (tp === null || sl === null) return null;
  const at = signal.outcome?.exit_price ?? live;
  const place = (price: number) => Math.min(100, Math.max(0, ((price - sl) / (tp - sl)) * 100));
  const entryPlace = place(entry);
  return (
    <div class="ladder">
      <svg class="ladder-scale" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
        <rect class="ladder-risk" x="0" y="4" width={entryPlace} height="4" />
        <rect class="ladder-reward" x={entryPlace} y="4" width={100 - entryPlace} height="4" />
        <rect class="ladder-entry" x={entryPlace - 0.25} y="1" width="0.5" height="10" />
        {at !== undefined && <rect class="ladder-now" x={place(at) - 0.6} y="0" width="1.2" height="12" />}
      </svg>
      <dl class="ladder-levels">
        <div>
          <dt>
            <Word>Stop loss</Word>
          </dt>
          <dd>{formatPrice(symbol, sl)}</dd>
          <dd class="tone-down">{formatPercent((sl / entry - 1) * 100)}</dd>
        </div>
        <div>
          <dt>
            <Word>Entry</Word>
          </dt>
          <dd>{formatPrice(symbol, entry)}</dd>
          {at !== undefined && (
            <dd class="ladder-at">
              {signal.outcome === null ? 'now' : 'exit'} {formatPrice(symbol, at)}
            </dd>
          )}
        </div>
        <div>
          <dt>
            <Word>Take profit</Word>
          </dt>
          <dd>{formatPrice(symbol, tp)}</dd>
          <dd class="tone-up">{formatPercent((tp / entry - 1) * 100)}</dd>
        </div>
      </dl>
    </div>
  );
}
