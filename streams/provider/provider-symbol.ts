import { partsOf } from '../../schema/symbol/symbol-parts.ts';

/**
 * The provider's form of a public symbol: pairs with a slash, `BTCUSD` → `BTC/USD`, an exchange after a colon, `RY:TSX`,
 * `BTC/USD:Binance`.
 */
export function toProviderSymbol(symbol: string): string {
  const { ticker, exchange } = partsOf(symbol);
  return exchange === undefined ? ticker : `${ticker}:${exchange}`;
}
