/** Markets whose hours are known, as `models/calendar/trading-calendars.ts` names them. */
export type ExchangeMarket =
  | 'new_york'
  | 'london'
  | 'xetra'
  | 'euronext'
  | 'toronto'
  | 'tokyo'
  | 'hong_kong'
  | 'india';

/** An exchange by its several names. */
export interface Exchange {
  /** Its name here; two names of one exchange have the same. */
  readonly name: string;
  readonly market: ExchangeMarket;
  /** What its prices are in. */
  readonly currency: string;
}

type Row = readonly [name: string, market: ExchangeMarket, currency: string, others: string];

/** The provider's names, ISO 10383 codes, and what people write behind a colon. */
const rows: readonly Row[] = [
  ['NYSE', 'new_york', 'USD', 'XNYS'],
  ['NYSEARCA', 'new_york', 'USD', 'ARCX ARCA'],
  ['NYSEAMERICAN', 'new_york', 'USD', 'XASE AMEX NYSEMKT'],
  ['NASDAQ', 'new_york', 'USD', 'XNAS XNGS XNMS XNCM NASDAQGS NASDAQGM NASDAQCM'],
  ['CBOE', 'new_york', 'USD', 'BATS BZX XCBO CBOEBZX'],
  ['IEX', 'new_york', 'USD', 'IEXG'],
  ['OTC', 'new_york', 'USD', 'OTCM OTCQ OTCB PINX XOTC PINK OTCQX OTCQB'],
  ['LSE', 'london', 'GBP', 'XLON LON LONDON'],
  ['XETRA', 'xetra', 'EUR', 'XETR ETR'],
  ['PARIS', 'euronext', 'EUR', 'XPAR EPA PAR EURONEXTPARIS'],
  ['AMSTERDAM', 'euronext', 'EUR', 'XAMS AMS EURONEXTAMSTERDAM'],
  ['BRUSSELS', 'euronext', 'EUR', 'XBRU EBR EURONEXTBRUSSELS'],
  ['LISBON', 'euronext', 'EUR', 'XLIS ELI EURONEXTLISBON'],
  ['EURONEXT', 'euronext', 'EUR', 'ENX'],
  ['TSX', 'toronto', 'CAD', 'XTSE TOR'],
  ['TSXV', 'toronto', 'CAD', 'XTSX'],
  ['TSE', 'tokyo', 'JPY', 'XTKS XJPX JPX TYO TKS'],
  ['HKEX', 'hong_kong', 'HKD', 'XHKG HKG SEHK HKSE'],
  ['NSE', 'india', 'INR', 'XNSE NSI'],
  ['BSE', 'india', 'INR', 'XBOM BOM'],
];

const byName: ReadonlyMap<string, Exchange> = new Map(
  rows.flatMap(([name, market, currency, others]) => {
    const exchange: Exchange = { name, market, currency };
    return [name, ...others.split(' ')].map((one) => [one, exchange] as const);
  }),
);

/** The exchange of that name, in any spelling; undefined where it is none of those known. */
export const exchangeOf = (name: string): Exchange | undefined => byName.get(plain(name));

/** One name for all spellings of an exchange, known or not. */
export const exchangeName = (name: string): string => exchangeOf(name)?.name ?? plain(name);

const plain = (name: string): string => name.toUpperCase().replace(/[^A-Z0-9]/g, '');
