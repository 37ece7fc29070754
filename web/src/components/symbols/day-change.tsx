import { formatPercent } from '../../format/price.ts';
import { quotes } from '../../state/quotes.ts';
import { useStore } from '../../state/use-store.ts';

/** The price change since `open`. Rendered again only when the text changes, which most ticks do not cause. */
export function DayChange({ symbol, open }: { readonly symbol: string; readonly open: number }) {
  const words = useStore(quotes, (all) => {
    const quote = all.get(symbol);
    return quote === undefined ? '' : formatPercent((quote.price / open - 1) * 100);
  });
  const tone = words.startsWith('+') ? 'up' : words.startsWith('−') ? 'down' : 'flat';
  return <span class={`watch-change tone-${tone}`}>{words}</span>;
}
