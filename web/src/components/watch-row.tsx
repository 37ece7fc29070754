import type { WatchedSymbol } from '../../../schema/rest.ts';
import { formatPercent } from '../format/price.ts';
import { formatAge } from '../format/time.ts';
import { now } from '../state/clock.ts';
import { days, quotes } from '../state/quotes.ts';
import { select, selection } from '../state/selection.ts';
import { settings, toggled } from '../state/settings.ts';
import { freshnessOf } from '../state/staleness.ts';
import { useStore } from '../state/use-store.ts';
import { Icon } from './icon.tsx';
import { Price } from './price.tsx';
import { Sparkline } from './sparkline.tsx';

const stateWords: Readonly<Record<WatchedSymbol['state'], string | null>> = {
  pending: 'waiting for a price',
  live: null,
  silent: 'silent',
  closed_market: 'closed',
  refused: 'refused by the provider',
  stopped: 'stopped after failures',
};

/** One symbol: its price, its change, and how old the price is. */
export function WatchRow({ watched }: { readonly watched: WatchedSymbol }) {
  const { symbol } = watched;
  const quote = useStore(quotes, (all) => all.get(symbol));
  const day = useStore(days, (all) => all.get(symbol));
  const selected = useStore(selection, (chosen) => chosen.symbol === symbol);
  const muted = useStore(settings, (chosen) => chosen.muted.includes(symbol));
  const change = quote === undefined || day === undefined ? null : (quote.price / day.open - 1) * 100;
  const tone = change === null || Math.abs(change) < 0.005 ? 'flat' : change > 0 ? 'up' : 'down';
  return (
    <li class="watch-row" data-symbol={symbol}>
      <button
        type="button"
        class="watch-open"
        aria-current={selected ? 'true' : undefined}
        onClick={() => select({ symbol, signalId: null, view: 'chart' })}
      >
        <span class="watch-symbol">{symbol}</span>
        <span class={`watch-price tick-${quote?.direction ?? 'flat'}`}>
          {quote === undefined ? '—' : <Price symbol={symbol} price={quote.price} />}
        </span>
        {day !== undefined && <Sparkline symbol={symbol} day={day} />}
        <TickAge watched={watched} eventTime={quote?.eventTime} />
        <span class={`watch-change tone-${tone}`}>{change === null ? '' : formatPercent(change)}</span>
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

function TickAge({
  watched,
  eventTime,
}: {
  readonly watched: WatchedSymbol;
  readonly eventTime: number | undefined;
}) {
  const age = useStore(now, (ms) => (eventTime === undefined ? null : Math.max(0, ms - eventTime)));
  const closed = watched.state === 'closed_market';
  const freshness = age === null ? 'stale' : freshnessOf(age, closed);
  const word = stateWords[watched.state];
  const ageText = age === null ? '' : formatAge(age);
  return (
    <span class={`watch-age age-${freshness}`}>
      {age !== null &&
        (ageText === 'now' ? 'live' : `${freshness === 'stale' ? 'stale, ' : ''}${ageText} old`)}
      {word !== null && `${age === null ? '' : ' · '}${word}`}
    </span>
  );
}
