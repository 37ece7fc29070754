import { assetClassOf, type AssetClass, instrumentOf, type MarketKind } from '../schema/symbol/instrument.ts';

/** A symbol that the simulated provider lists, and how its price behaves. */
export interface Listing {
  /** As clients request it: `RY:TSX`. */
  readonly symbol: string;
  /** As its frames name it, with the exchange in a field of its own: `RY`. */
  readonly ticker: string;
  readonly exchange: string;
  /** Stated for some symbols only, as by the real provider. */
  readonly micCode?: string;
  readonly country: string;
  readonly currency: string;
  readonly type: string;
  readonly assetClass: AssetClass;
  /** The market whose trading hours it has. */
  readonly market: MarketKind;
  /** Typical price, quote currency. */
  readonly level: number;
  /** Standard deviation of a day's log return. */
  readonly dailyVolatility: number;
  readonly decimals: number;
  /** Ticks a minute, on average. */
  readonly ticksPerMinute: number;
  /** Half of bid to ask, quote currency. */
  readonly halfSpread: number;
  /** Traded units a minute, on average; 0 where the provider has no volume. */
  readonly volumePerMinute: number;
}

type Row = [
  symbol: string,
  level: number,
  volatility: number,
  decimals: number,
  ticks: number,
  volume: number,
  /** For a listing at another exchange: exchange, MIC, country, currency, and the type where it is no common stock. */
  listed?: readonly [exchange: string, micCode: string, country: string, currency: string, type?: string],
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
  ['USD/IDR', 16_250, 0.004, 1, 30, 0],
  ['USD/AED', 3.673, 0.0001, 5, 20, 0],
  ['BTC/USD:Binance', 62_010, 0.024, 2, 160, 9, ['Binance', '', '', 'USD', 'Digital Currency']],
  ['WTI/USD', 78, 0.02, 2, 80, 0],
  ['XBR/USD', 82, 0.019, 2, 70, 0],
  ['XCU/USD', 4.4, 0.015, 4, 40, 0],
  ['RY', 105, 0.011, 2, 60, 9_000, ['NYSE', 'XNYS', 'United States', 'USD']],
  ['RY:TSX', 144, 0.011, 2, 70, 30_000, ['TSX', 'XTSE', 'Canada', 'CAD']],
  ['VOD:LSE', 71.5, 0.014, 2, 50, 400_000, ['LSE', 'XLON', 'United Kingdom', 'GBp']],
  ['SAP:XETR', 180, 0.014, 2, 50, 15_000, ['XETR', 'XETR', 'Germany', 'EUR']],
  ['MC:Euronext', 720, 0.016, 1, 50, 4_000, ['Euronext', 'XPAR', 'France', 'EUR']],
  ['7203:TSE', 3_200, 0.015, 1, 60, 200_000, ['JPX', 'XJPX', 'Japan', 'JPY']],
  ['0700:HKEX', 380, 0.02, 1, 60, 150_000, ['HKEX', 'XHKG', 'Hong Kong', 'HKD']],
  ['RELIANCE:NSE', 2_900, 0.013, 2, 60, 80_000, ['NSE', 'XNSE', 'India', 'INR']],
  ['GDAXI', 18_400, 0.01, 1, 60, 0, ['XETR', 'XETR', 'Germany', 'EUR', 'Index']],
  ['N225', 38_600, 0.012, 1, 60, 0, ['JPX', 'XJPX', 'Japan', 'JPY', 'Index']],
];

/** The listings by the provider's symbol. */
export const listings: ReadonlyMap<string, Listing> = new Map(rows.map((row) => [row[0], listing(row)]));

/** A listing for any other symbol: typical of its asset class, without volume. */
export const unlisted = (symbol: string): Listing => listing([symbol, 190, 0.014, 2, 90, 0]);

function listing([symbol, level, dailyVolatility, decimals, ticksPerMinute, volume, listed]: Row): Listing {
  const assetClass = assetClassOf(symbol.replace('/', '').toUpperCase());
  const [exchange, micCode, country, currency, type = 'Common Stock'] = listed ?? usual(assetClass);
  const facts = { exchange, micCode: micCode || undefined, country, currency, type };
  return {
    symbol,
    ticker: symbol.replace(/:.*/, ''),
    exchange,
    ...(listed && micCode !== '' && { micCode }),
    country,
    currency,
    type,
    assetClass,
    market: instrumentOf(symbol.replace('/', '').toUpperCase(), facts).market,
    level,
    dailyVolatility,
    decimals,
    ticksPerMinute,
    halfSpread: Math.max(10 ** -decimals, level * 0.00004),
    volumePerMinute: volume,
  };
}

/** The provider's facts about common symbols, by asset class. */
function usual(assetClass: AssetClass): NonNullable<Row[6]> {
  const facts = {
    crypto: ['Coinbase Pro', '', '', '', 'Digital Currency'],
    forex: ['PHYSICAL CURRENCY', '', '', '', 'Physical Currency'],
    metal: ['COMMODITY', '', '', '', 'Precious Metal'],
    commodity: ['COMMODITY', '', '', '', 'Commodity'],
    equity: ['NASDAQ', '', 'United States', 'USD', 'Common Stock'],
  } as const;
  return facts[assetClass];
}
