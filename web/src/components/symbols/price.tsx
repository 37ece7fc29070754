import { priceParts } from '../../format/price.ts';
import { quotes } from '../../state/quotes.ts';
import { useStore } from '../../state/use-store.ts';

interface Props {
  readonly symbol: string;
  readonly class: string;
}

/**
 * The last price with a mark for the way of its last move; the digits that move are set large, and it is read out as one
 * number. It listens for itself, so that a tick draws the price and nothing around it.
 */
export function Price({ symbol, class: place }: Props) {
  const quote = useStore(quotes, (all) => all.get(symbol));
  if (quote === undefined) return <span class={place}>—</span>;
  const [handle, big, tail] = priceParts(symbol, quote.price);
  return (
    <span class={`${place} tick-${quote.direction}`}>
      <span class="price">
        <span class="price-handle">{handle}</span>
        <span class="price-big">{big}</span>
        <span class="price-tail">{tail}</span>
      </span>
    </span>
  );
}
