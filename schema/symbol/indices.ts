const rows: readonly (readonly [exchange: string, tickers: string])[] = [
  ['NYSE', 'SPX GSPC DJI NYA RUT'],
  ['NASDAQ', 'NDX IXIC'],
  ['LSE', 'FTSE UKX FTMC'],
  ['XETRA', 'GDAXI DAX MDAXI SDAXI TECDAX STOXX50E STOXX'],
  ['PARIS', 'FCHI CAC PX1'],
  ['AMSTERDAM', 'AEX'],
  ['BRUSSELS', 'BFX'],
  ['LISBON', 'PSI20'],
  ['TSX', 'GSPTSE'],
  ['TSE', 'N225 NI225 TOPX TPX'],
  ['HKEX', 'HSI HSCE HSCEI'],
  ['NSE', 'NSEI NIFTY NIFTY50 NSEBANK BANKNIFTY'],
  ['BSE', 'BSESN SENSEX'],
];

/** Exchange of an index by its ticker, where the provider does not give it. */
export const indices: ReadonlyMap<string, string> = new Map(
  rows.flatMap(([exchange, tickers]) => tickers.split(' ').map((ticker) => [ticker, exchange] as const)),
);
