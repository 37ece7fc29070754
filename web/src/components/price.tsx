import { priceParts } from '../format/price.ts';

/** A price with the digits that move set large; read out as one number. */
export function Price({ symbol, price }: { readonly symbol: string; readonly price: number }) {
  const [handle, big, tail] = priceParts(symbol, price);
  return (
    <span class="price">
      <span class="price-handle">{handle}</span>
      <span class="price-big">{big}</span>
      <span class="price-tail">{tail}</span>
    </span>
  );
}
