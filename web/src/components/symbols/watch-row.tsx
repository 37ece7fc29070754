import type { WatchedSymbol } from '../../../../schema/rest.ts';
import { days, quotes } from '../../state/quotes.ts';
import { select, selection } from '../../state/selection.ts';
import { settings, toggled } from '../../state/settings.ts';
import { useStore } from '../../state/use-store.ts';
import { DayChange } from './day-change.tsx';
import { Icon } from '../icon.tsx';
import { OpenSides } from './open-sides.tsx';
import { Price } from './price.tsx';
import { Sparkline } from './sparkline.tsx';
import { TickAge } from './tick-age.tsx';

/** One symbol: its price, its change, and how old the price is. */
export function WatchRow({ watched }: { readonly watched: WatchedSymbol }) {
  const { symbol } = watched;
  const day = useStore(days, (all) => all.get(symbol));
  const hasLongPrice = useStore(quotes, (all) => (all.get(symbol)?.price ?? 0) >= 1e6);
  const selected = useStore(selection, (chosen) => chosen.symbol === symbol);
  const muted = useStore(settings, (chosen) => chosen.muted.includes(symbol));
  return (
    <li class="watch-row" data-symbol={symbol}>
      <button
        type="button"
        class={`watch-open${hasLongPrice ? ' has-long-price' : ''}`}
        aria-current={selected ? 'true' : undefined}
        onClick={() => select({ symbol, signalId: null, view: 'chart' })}
      >
        <span class="watch-symbol">
          <span class="watch-name" title={symbol}>
            {symbol}
          </span>
          <OpenSides symbol={symbol} />
        </span>
        <Price symbol={symbol} class="watch-price" />
        {day !== undefined && <Sparkline symbol={symbol} day={day} />}
        <TickAge watched={watched} />
        {day !== undefined && <DayChange symbol={symbol} open={day.open} />}
      </button>
      <button
        type="button"
        class="mute"
        aria-pressed={muted}
        aria-label={`Mute notifications of ${symbol}`}
        title={muted ? 'Muted: no toast, no sound' : 'Mute notifications'}
        onClick={() => settings.update((s) => ({ ...s, muted: toggled(s.muted, symbol) }))}
      >
        <Icon name={muted ? 'muted' : 'bell'} />
      </button>
    </li>
  );
}
