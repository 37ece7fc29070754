import { pairOf } from '../../schema/instrument.ts';

/** The provider's form of a public symbol: pairs get their slash back, `BTCUSD` → `BTC/USD`, `AAPL` → `AAPL`. */
export function toProviderSymbol(symbol: string): string {
  const pair = pairOf(symbol);
  return pair === null ? symbol : `${pair.base}/${pair.quote}`;
}
