import { assetClassOf, type AssetClass } from '../schema/instrument.ts';

/** What the stand-in provider lists: a symbol in the provider's form, and how its price behaves. */
export interface Listing {
  readonly symbol: string;
  readonly exchange: string;
  readonly country: string;
  readonly type: string;
  readonly assetClass: AssetClass;
  /** Typical price, quote currency. */
  readonly level: number;
  /** Standard deviation of a day's log return. */
  readonly dailyVolatility: number;
  readonly decimals: number;
  /** Ticks a minute, on average. */
  readonly ticksPerMinute: number;
  /** Half of bid to ask, quote currency. */
  readonly halfSpread: number;
  /** Traded units a minute, on average; 0 where the provider states no volume. */
  readonly volumePerMinute: number;
}

type Row = [
  symbol: string,
  level: number,
  volatility: number,
  decimals: number,
  ticks: number,
  volume: number,
];

const rows: Row[] = [
  ['BTC/USD', 62_000, 0.024, 2, 180, 12],
  ['ETH/USD', 3_100, 0.03, 2, 150, 160],
  ['SOL/USD', 148, 0.04, 2, 90, 2_400],
  ['XRP/USD', 0.62, 0.035, 5, 60, 90_000],
  ['EUR/USD', 1.085, 0.0045, 5, 120, 0],
  ['GBP/USD', 1.27, 0.005, 5, 100, 0],
  ['USD/JPY', 151.2, 0.0055, 3, 110, 0],
  ['AUD/USD', 0.66, 0.006, 5, 80, 0],
  ['USD/CHF', 0.89, 0.005, 5, 80, 0],
  ['USD/CAD', 1.36, 0.0045, 5, 80, 0],
  ['EUR/GBP', 0.855, 0.004, 5, 60, 0],
  ['XAU/USD', 2_350, 0.009, 2, 130, 0],
  ['XAG/USD', 28.4, 0.016, 3, 80, 0],
  ['AAPL', 190, 0.014, 2, 90, 110_000],
  ['MSFT', 415, 0.013, 2, 70, 50_000],
  ['TSLA', 180, 0.03, 2, 120, 220_000],
];

/** The listings by the provider's symbol. */
export const listings: ReadonlyMap<string, Listing> = new Map(rows.map((row) => [row[0], listing(row)]));

function listing([symbol, level, dailyVolatility, decimals, ticksPerMinute, volumePerMinute]: Row): Listing {
  const assetClass = assetClassOf(symbol.replace('/', ''));
  const [exchange, country, type] = {
    crypto: ['Coinbase Pro', '', 'Digital Currency'],
    forex: ['PHYSICAL CURRENCY', '', 'Physical Currency'],
    metal: ['COMMODITY', '', 'Precious Metal'],
    equity: ['NASDAQ', 'United States', 'Common Stock'],
  }[assetClass] as [string, string, string];
  const halfSpread = Math.max(10 ** -decimals, level * 0.00004);
  return {
    symbol,
    exchange,
    country,
    type,
    assetClass,
    level,
    dailyVolatility,
    decimals,
    ticksPerMinute,
    halfSpread,
    volumePerMinute,
  };
}
