import { partsOf } from '../../schema/symbol-parts.ts';

/**
 * The provider's form of a public symbol: pairs get their slash back, `BTCUSD` → `BTC/USD`, an exchange stays behind its colon,
 * `RY:TSX`, `BTC/USD:Binance`.
 */
export function toProviderSymbol(symbol: string): string {
  const { ticker, exchange } = partsOf(symbol);
  return exchange === undefined ? ticker : `${ticker}:${exchange}`;
}
