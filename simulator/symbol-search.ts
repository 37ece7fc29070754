import type { Listing } from './listing.ts';
import type { Market } from './market/market.ts';
import { currencyNames } from './market/price-event.ts';

const companies: Readonly<Record<string, string>> = {
  AAPL: 'Apple Inc',
  MSFT: 'Microsoft Corp',
  TSLA: 'Tesla Inc',
  RY: 'Royal Bank of Canada',
  VOD: 'Vodafone Group PLC',
  SAP: 'SAP SE',
  MC: 'LVMH Moet Hennessy Louis Vuitton SE',
  '7203': 'Toyota Motor Corp',
  '0700': 'Tencent Holdings Ltd',
  RELIANCE: 'Reliance Industries Ltd',
  GDAXI: 'DAX Index',
  N225: 'Nikkei 225',
};

/** An answer of `/symbol_search`: exact tickers first, then beginnings of tickers, then words of names. */
export function searchAnswer({ listings }: Pick<Market, 'listings'>, query: URLSearchParams) {
  const asked = (query.get('symbol') ?? '').trim().toLowerCase();
  const limit = Math.min(120, Math.max(1, Number(query.get('outputsize') ?? 30) || 30));
  const ranked = [...listings.values()]
    .map((listing) => ({ listing, rank: rankOf(listing, asked) }))
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank);
  return { data: ranked.slice(0, limit).map(({ listing }) => rowOf(listing)), status: 'ok' };
}

function rankOf(listing: Listing, asked: string): number {
  const ticker = listing.ticker.toLowerCase();
  if (asked === '') return 3;
  if (ticker === asked || ticker.replace('/', '') === asked) return 0;
  if (ticker.startsWith(asked) || ticker.replace('/', '').startsWith(asked)) return 1;
  const words = `${ticker} ${nameOf(listing).toLowerCase()}`.split(/[\s/]+/);
  return words.some((word) => word.startsWith(asked)) || nameOf(listing).toLowerCase().includes(asked)
    ? 2
    : 3;
}

const rowOf = (listing: Listing) => ({
  symbol: listing.ticker,
  instrument_name: nameOf(listing),
  exchange: listing.exchange,
  mic_code: listing.micCode ?? '',
  exchange_timezone: '',
  instrument_type: listing.type,
  country: listing.country,
  currency: listing.currency,
});

function nameOf({ ticker }: Listing): string {
  const [base = '', quote] = ticker.split('/');
  if (quote === undefined) return companies[ticker] ?? ticker;
  return [base, quote].map((code) => currencyNames[code] ?? code).join(' / ');
}
