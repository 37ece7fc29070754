import { gzipSync, zstdCompressSync } from 'node:zlib';

/** Open time (ISO), open, high, low, close, volume. */
type Candle = [time: string, open: number, high: number, low: number, close: number, volume: number];

/** A file as others write it, and what it holds. */
export interface Export {
  readonly name: string;
  /** Where its form is described. */
  readonly source: string;
  readonly content: string | Buffer;
  readonly candles: readonly Candle[];
  readonly volumeKind?: 'traded' | 'ticks' | 'none';
  /** Words of what is said about it. */
  readonly says: readonly string[];
}

const lines = (...rows: string[]): string => `${rows.join('\n')}\n`;
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

const eurusd: readonly Candle[] = [
  ['2024-01-02T00:00:00Z', 1.10427, 1.10429, 1.10421, 1.10425, 48],
  ['2024-01-02T00:01:00Z', 1.10425, 1.10431, 1.1042, 1.1043, 61],
  ['2024-01-02T00:02:00Z', 1.1043, 1.1043, 1.10417, 1.10418, 33],
];
const withoutVolume = (candles: readonly Candle[]): Candle[] =>
  candles.map(([time, open, high, low, close]) => [time, open, high, low, close, 0]);

const tradingView =
  'TradingView help, "How to export chart data": time as Unix seconds or ISO, then the plots';
const metaTrader5 = 'MetaTrader 5, Symbols > Bars > Export bars';
const metaTrader4 =
  'MetaTrader 4, History Center > Export; histdata.com, "MetaTrader format": yyyy.mm.dd,hh:mm';
const binance = 'github.com/binance/binance-public-data: twelve columns, spot in microseconds from 2025 on';
const dukascopy = 'Dukascopy, Historical Data Export, and JForex: "Gmt time", "Local time", "Time (EET)"';
const histData = 'histdata.com, "Generic ASCII in M1 bars": EST without daylight saving';

export const exports: readonly Export[] = [
  {
    name: 'TradingView, Unix seconds, with plots',
    source: tradingView,
    content: lines(
      'time,open,high,low,close,Volume,Volume MA,Plot,Plot',
      '1704153600,1.10427,1.10429,1.10421,1.10425,48,NaN,,1',
      '1704153660,1.10425,1.10431,1.1042,1.1043,61,54.5,1.1,',
      '1704153720,1.1043,1.1043,1.10417,1.10418,33,47.3,,',
    ),
    candles: eurusd,
    says: ['candles of 1 min', 'Unix seconds', 'UTC, by the times themselves', 'left out      nothing'],
  },
  {
    name: 'TradingView, ISO with a zone',
    source: tradingView,
    content: lines(
      'time,open,high,low,close',
      '2024-01-02T01:00:00+01:00,1.10427,1.10429,1.10421,1.10425',
      '2024-01-02T01:01:00+01:00,1.10425,1.10431,1.1042,1.1043',
      '2024-01-02T01:02:00+01:00,1.1043,1.1043,1.10417,1.10418',
    ),
    candles: withoutVolume(eurusd),
    volumeKind: 'none',
    says: ['UTC, by the times themselves', 'volume unknown'],
  },
  {
    name: 'TradingView, days in ISO',
    source: tradingView,
    content: lines('time,open,high,low,close,Volume', '2024-01-02,10,12,9,11,5', '2024-01-03,11,12,10,11,6'),
    candles: [
      ['2024-01-02T00:00:00Z', 10, 12, 9, 11, 5],
      ['2024-01-03T00:00:00Z', 11, 12, 10, 11, 6],
    ],
    says: ['candles of 1 d', 'not stated in the file'],
  },
  {
    name: 'Binance klines, milliseconds, no header',
    source: binance,
    content: lines(
      '1704067200000,42283.58000000,42298.62000000,42261.02000000,42298.61000000,35.92724000,1704067259999,1519032.03411480,1327,23.18766000,980394.74402780,0',
      '1704067260000,42298.62000000,42320.00000000,42298.61000000,42320.00000000,21.16779000,1704067319999,895580.95062330,1348,13.10400000,554423.28226430,0',
    ),
    candles: [
      ['2024-01-01T00:00:00Z', 42283.58, 42298.62, 42261.02, 42298.61, 35.92724],
      ['2024-01-01T00:01:00Z', 42298.62, 42320, 42298.61, 42320, 21.16779],
    ],
    says: ['no header', 'Unix milliseconds', 'volume traded'],
  },
  {
    name: 'Binance klines, milliseconds and then microseconds, gzipped months behind each other',
    source: binance,
    content: Buffer.concat([
      gzipSync('1735689540000,93576.00,93580.00,93570.00,93576.00,1.5,1735689599999,1,1,1,1,0\n'),
      gzipSync('1735689600000000,93576.00,93610.93,93537.50,93610.93,8.21827,1735689659999999,1,1,1,1,0\n'),
    ]),
    candles: [
      ['2024-12-31T23:59:00Z', 93576, 93580, 93570, 93576, 1.5],
      ['2025-01-01T00:00:00Z', 93576, 93610.93, 93537.5, 93610.93, 8.21827],
    ],
    says: ['Unix milliseconds and microseconds'],
  },
  {
    name: 'Binance futures, with a header, months behind each other with theirs',
    source: binance,
    content: lines(
      'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore',
      '1704067200000,42314.0,42335.8,42289.6,42331.9,289.641,1704067259999,1,1,1,1,0',
      'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore',
      '1704067260000,42331.9,42353.1,42331.8,42350.4,202.444,1704067319999,1,1,1,1,0',
    ),
    candles: [
      ['2024-01-01T00:00:00Z', 42314, 42335.8, 42289.6, 42331.9, 289.641],
      ['2024-01-01T00:01:00Z', 42331.9, 42353.1, 42331.8, 42350.4, 202.444],
    ],
    says: ['header open_time, open, high, low, close, volume', '1 the header again (line 3)'],
  },
  {
    name: 'MetaTrader 5 bars',
    source: metaTrader5,
    content: lines(
      '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>',
      '2024.01.02\t00:00:00\t1.10427\t1.10429\t1.10421\t1.10425\t48\t0\t12',
      '2024.01.02\t00:01:00\t1.10425\t1.10431\t1.10420\t1.10430\t61\t0\t12',
      '2024.01.02\t00:02:00\t1.10430\t1.10430\t1.10417\t1.10418\t33\t0\t12',
    ),
    candles: eurusd,
    volumeKind: 'ticks',
    says: ['tabs', 'not stated in the file: --zone says another', 'volume in ticks'],
  },
  {
    name: 'MetaTrader 5 bars of a stock, UTF-16 and CRLF as a script of MQL5 writes them',
    source: `${metaTrader5}; MQL5 reference, FileOpen: FILE_UNICODE is the default`,
    content: utf16(
      '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\r\n' +
        '2024.01.02\t16:30:00\t187.15\t187.44\t186.91\t187.03\t950\t1043200\t1\r\n' +
        '2024.01.02\t16:31:00\t187.03\t187.10\t186.40\t186.55\t801\t602200\t1\r\n',
    ),
    candles: [
      ['2024-01-02T16:30:00Z', 187.15, 187.44, 186.91, 187.03, 1_043_200],
      ['2024-01-02T16:31:00Z', 187.03, 187.1, 186.4, 186.55, 602_200],
    ],
    says: ['volume traded'],
  },
  {
    name: 'MetaTrader 4, and 5 by script: date and time apart, no header',
    source: metaTrader4,
    content: lines(
      '2024.01.02,00:00,1.10427,1.10429,1.10421,1.10425,48',
      '2024.01.02,00:01,1.10425,1.10431,1.10420,1.10430,61',
      '2024.01.02,00:02,1.10430,1.10430,1.10417,1.10418,33',
    ),
    candles: eurusd,
    volumeKind: 'ticks',
    says: ['no header', 'not stated in the file'],
  },
  {
    name: 'Dukascopy, Gmt time',
    source: dukascopy,
    content: lines(
      'Gmt time,Open,High,Low,Close,Volume',
      '02.01.2024 00:00:00.000,1.10427,1.10429,1.10421,1.10425,48',
      '02.01.2024 00:01:00.000,1.10425,1.10431,1.1042,1.1043,61',
      '02.01.2024 00:02:00.000,1.1043,1.1043,1.10417,1.10418,33',
    ),
    candles: eurusd,
    says: ['UTC, by the header'],
  },
  {
    name: 'Dukascopy, Local time, with minutes of a weekend that had no trade',
    source: dukascopy,
    content: lines(
      'Local time,Open,High,Low,Close,Volume',
      '02.01.2024 09:00:00.000 GMT+0900,1.10427,1.10429,1.10421,1.10425,48',
      '02.01.2024 09:01:00.000 GMT+0900,1.10425,1.10431,1.1042,1.1043,61',
      '02.01.2024 09:02:00.000 GMT+0900,1.1043,1.1043,1.10417,1.10418,33',
      '02.01.2024 09:03:00.000 GMT+0900,1.10418,1.10418,1.10418,1.10418,0',
    ),
    candles: eurusd,
    says: ['1 without a trade (one price, volume 0) (line 5)'],
  },
  {
    name: 'JForex, Time (EET) with daylight saving',
    source: dukascopy,
    content: lines(
      'Time (EET),Open,High,Low,Close,Volume ',
      '2024.07.02 00:00:00,1.10427,1.10429,1.10421,1.10425,48',
      '2024.07.02 00:01:00,1.10425,1.10431,1.1042,1.1043,61',
    ),
    candles: [
      ['2024-07-01T21:00:00Z', 1.10427, 1.10429, 1.10421, 1.10425, 48],
      ['2024-07-01T21:01:00Z', 1.10425, 1.10431, 1.1042, 1.1043, 61],
    ],
    says: ['Europe/Athens, by the header'],
  },
  {
    name: 'HistData, EST in summer too',
    source: histData,
    content: lines(
      '20240702 000000;1.104270;1.104290;1.104210;1.104250;0',
      '20240702 000100;1.104250;1.104310;1.104200;1.104300;0',
    ),
    candles: [
      ['2024-07-02T05:00:00Z', 1.10427, 1.10429, 1.10421, 1.10425, 0],
      ['2024-07-02T05:01:00Z', 1.10425, 1.10431, 1.1042, 1.1043, 0],
    ],
    volumeKind: 'none',
    says: ['semicolons, no header', '-05:00, EST without daylight saving, as HistData writes'],
  },
  {
    name: 'Yahoo, days with null rows and a close that is rounded otherwise than the high',
    source: 'Yahoo Finance, Historical Data > Download: "null" stands for no value',
    content: lines(
      'Date,Open,High,Low,Close,Adj Close,Volume',
      '2024-01-02,187.149994,188.440002,183.889999,185.639999,184.938217,82488700',
      '2024-01-03,null,null,null,null,null,null',
      '2024-01-04,182.149994,183.0872000001,180.880005,183.0872000002,181.229767,71983600',
      '2024-01-05,181.990005,182.759995,180.169998,181.179993,180.495071,62303300',
    ),
    candles: [
      ['2024-01-02T00:00:00Z', 187.149994, 188.440002, 183.889999, 185.639999, 82_488_700],
      ['2024-01-04T00:00:00Z', 182.149994, 183.0872000002, 180.880005, 183.0872000002, 71_983_600],
      ['2024-01-05T00:00:00Z', 181.990005, 182.759995, 180.169998, 181.179993, 62_303_300],
    ],
    says: ['candles of 1 d', '1 without any price (line 3)'],
  },
  {
    name: 'yfinance, three lines of header, the close first',
    source: 'yfinance since 0.2.5x: DataFrame.to_csv() of columns on two levels',
    content: lines(
      'Price,Close,High,Low,Open,Volume',
      'Ticker,AAPL,AAPL,AAPL,AAPL,AAPL',
      'Datetime,,,,,',
      '2024-01-02 14:30:00+00:00,187.03,187.44,186.91,187.15,1043200',
      '2024-01-02 14:31:00+00:00,186.55,187.1,186.4,187.03,602200',
    ),
    candles: [
      ['2024-01-02T14:30:00Z', 187.15, 187.44, 186.91, 187.03, 1_043_200],
      ['2024-01-02T14:31:00Z', 187.03, 187.1, 186.4, 186.55, 602_200],
    ],
    says: ['UTC, by the times themselves'],
  },
  {
    name: 'Stooq, days',
    source: 'stooq.com, q/d/l: Date,Open,High,Low,Close,Volume',
    content:
      'Date,Open,High,Low,Close,Volume\r\n2024-01-02,1.1,1.2,1.05,1.15,7\r\n2024-01-03,1.15,1.2,1.1,1.1,8\r\n',
    candles: [
      ['2024-01-02T00:00:00Z', 1.1, 1.2, 1.05, 1.15, 7],
      ['2024-01-03T00:00:00Z', 1.15, 1.2, 1.1, 1.1, 8],
    ],
    says: ['candles of 1 d'],
  },
  {
    name: 'Stooq, 5 minutes of the bulk download',
    source: 'stooq.com/db/h: <TICKER>,<PER>,<DATE>,<TIME>,…; Finam and TSLab write the same',
    content: lines(
      '<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>',
      'EURUSD,5,20240102,000000,1.1,1.2,1.05,1.15,7,0',
      'EURUSD,5,20240102,000500,1.15,1.2,1.1,1.1,8,0',
    ),
    candles: [
      ['2024-01-02T00:00:00Z', 1.1, 1.2, 1.05, 1.15, 7],
      ['2024-01-02T00:05:00Z', 1.15, 1.2, 1.1, 1.1, 8],
    ],
    says: ['candles of 5 min'],
  },
  {
    name: 'Stooq in Polish',
    source: 'stooq.pl, q/d/l: Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie,Wolumen',
    content: lines(
      'Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie,Wolumen',
      '2024-01-02,10,12,9,11,5',
      '2024-01-03,11,12,10,11,6',
    ),
    candles: [
      ['2024-01-02T00:00:00Z', 10, 12, 9, 11, 5],
      ['2024-01-03T00:00:00Z', 11, 12, 10, 11, 6],
    ],
    says: [],
  },
  {
    name: 'semicolons, decimal commas, quoted, byte order mark, CRLF',
    source: 'Excel of a German Windows',
    content:
      '\ufeff"Datum";"Uhrzeit";"Eröffnung";"Hoch";"Tief";"Schluss";"Volumen"\r\n' +
      '"02.01.2024";"00:00";"1.104,27";"1.104,29";"1.104,21";"1.104,25";"48"\r\n' +
      '"02.01.2024";"00:01";"1.104,25";"1.104,31";"1.104,20";"1.104,30";"61"\r\n',
    candles: [
      ['2024-01-02T00:00:00Z', 1104.27, 1104.29, 1104.21, 1104.25, 48],
      ['2024-01-02T00:01:00Z', 1104.25, 1104.31, 1104.2, 1104.3, 61],
    ],
    says: ['semicolons, decimal commas'],
  },
  {
    name: 'umlauts in Windows-1252',
    source: 'Excel of a German Windows, CSV without UTF-8',
    content: Buffer.from(
      'Datum;Eröffnung;Hoch;Tief;Schluss\r\n02.01.2024;1,5;2,5;1,2;2,1\r\n03.01.2024;2,1;2,5;1,2;2,2\r\n',
      'latin1',
    ),
    candles: [
      ['2024-01-02T00:00:00Z', 1.5, 2.5, 1.2, 2.1, 0],
      ['2024-01-03T00:00:00Z', 2.1, 2.5, 1.2, 2.2, 0],
    ],
    volumeKind: 'none',
    says: ['header Datum, Eröffnung, Hoch, Tief, Schluss'],
  },
  {
    name: 'Yahoo, copied from the page',
    source: 'Yahoo Finance, the table of Historical Data, pasted into a file',
    content: lines(
      'Date\tOpen\tHigh\tLow\tClose Close price adjusted for splits.\tAdj Close Adjusted close price.\tVolume',
      'Dec 29, 2023\t193.90\t194.40\t191.73\t192.53\t191.73\t42,672,100',
      'Dec 28, 2023\t194.14\t194.66\t193.17\t193.58\t192.77\t34,049,900',
    ),
    candles: [
      ['2023-12-28T00:00:00Z', 194.14, 194.66, 193.17, 193.58, 34_049_900],
      ['2023-12-29T00:00:00Z', 193.9, 194.4, 191.73, 192.53, 42_672_100],
    ],
    says: ['newest first'],
  },
  {
    name: 'semicolons, decimal commas with three decimals',
    source: 'yen pairs of a German terminal',
    content:
      'Datum;Open;High;Low;Close\n02.01.2024 00:00;148,123;148,223;148,023;148,125\n02.01.2024 00:01;148,125;148,2;148,1;148,15\n',
    candles: [
      ['2024-01-02T00:00:00Z', 148.123, 148.223, 148.023, 148.125, 0],
      ['2024-01-02T00:01:00Z', 148.125, 148.2, 148.1, 148.15, 0],
    ],
    volumeKind: 'none',
    says: ['decimal commas'],
  },
  {
    name: 'semicolons, three decimals behind every comma',
    source: 'the same',
    content:
      'Datum;Open;High;Low;Close\n02.01.2024 00:00;148,123;148,223;148,023;148,125\n02.01.2024 00:01;148,125;148,225;148,100;148,150\n',
    candles: [
      ['2024-01-02T00:00:00Z', 148.123, 148.223, 148.023, 148.125, 0],
      ['2024-01-02T00:01:00Z', 148.125, 148.225, 148.1, 148.15, 0],
    ],
    volumeKind: 'none',
    says: ['decimal commas'],
  },
  {
    name: 'Investing.com: quoted, newest first, month first, thousands, volumes in K and M',
    source: 'investing.com, Historical Data > Download: "Date","Price","Open","High","Low","Vol.","Change %"',
    content: lines(
      '"Date","Price","Open","High","Low","Vol.","Change %"',
      '"01/16/2024","43,137.7","42,511.5","43,566.0","42,085.8","65.66K","1.47%"',
      '"01/15/2024","42,511.1","41,732.4","43,357.9","41,724.6","1.5M","1.86%"',
      '"01/14/2024","41,734.2","42,842.5","43,076.5","41,722.2","-","-2.59%"',
    ),
    candles: [
      ['2024-01-14T00:00:00Z', 42842.5, 43076.5, 41722.2, 41734.2, 0],
      ['2024-01-15T00:00:00Z', 41732.4, 43357.9, 41724.6, 42511.1, 1_500_000],
      ['2024-01-16T00:00:00Z', 42511.5, 43566, 42085.8, 43137.7, 65_660],
    ],
    says: ['newest first, turned round'],
  },
  {
    name: 'Nasdaq.com: dollar signs, the close first',
    source: 'nasdaq.com, Historical Quotes: Date,Close/Last,Volume,Open,High,Low',
    content: lines(
      'Date,Close/Last,Volume,Open,High,Low',
      '01/17/2024,$182.68,47317430,$181.27,$182.93,$180.30',
      '01/16/2024,$183.63,65603040,$182.16,$184.26,$180.934',
    ),
    candles: [
      ['2024-01-16T00:00:00Z', 182.16, 184.26, 180.934, 183.63, 65_603_040],
      ['2024-01-17T00:00:00Z', 181.27, 182.93, 180.3, 182.68, 47_317_430],
    ],
    says: [],
  },
  {
    name: 'CryptoDataDownload: an address above the header, newest first',
    source: 'cryptodatadownload.com: unix,date,symbol,open,high,low,close,Volume BTC,Volume USD',
    content: lines(
      'https://www.CryptoDataDownload.com',
      'unix,date,symbol,open,high,low,close,Volume BTC,Volume USD',
      '1704070800,2024-01-01 01:00:00,BTC/USD,42475.1,42775,42430,42613.5,70.2,2990000',
      '1704067200,2024-01-01 00:00:00,BTC/USD,42283.5,42554.5,42261,42475.2,55.1,2340000',
    ),
    candles: [
      ['2024-01-01T00:00:00Z', 42283.5, 42554.5, 42261, 42475.2, 55.1],
      ['2024-01-01T01:00:00Z', 42475.1, 42775, 42430, 42613.5, 70.2],
    ],
    says: ['candles of 1 h', 'Unix seconds'],
  },
  {
    name: 'Polygon flat files: nanoseconds, columns in another order, zstd',
    source:
      'polygon.io, Flat Files, Minute aggregates: ticker,volume,open,close,high,low,window_start,transactions',
    content: zstdCompressSync(
      lines(
        'ticker,volume,open,close,high,low,window_start,transactions',
        'AAPL,4930,200.29,200.5,200.63,200.29,1744792500000000000,129',
        'AAPL,1815,200.39,200.34,200.61,200.34,1744792560000000000,57',
      ),
    ),
    candles: [
      ['2025-04-16T08:35:00Z', 200.29, 200.63, 200.29, 200.5, 4930],
      ['2025-04-16T08:36:00Z', 200.39, 200.61, 200.34, 200.34, 1815],
    ],
    says: ['Unix nanoseconds'],
  },
  {
    name: 'Barchart: a line below the table, 12-hour clock',
    source: 'barchart.com, Download: the last line names the source',
    content: lines(
      'Time,Open,High,Low,Latest,Close,Volume',
      '01/16/2024 3:59 PM,10,12,9,11,11,5',
      '01/16/2024 4:00 PM,11,12,10,11,11,6',
      '"Downloaded from Barchart.com as of 01-17-2024 10:00am CST"',
    ),
    candles: [
      ['2024-01-16T15:59:00Z', 10, 12, 9, 11, 5],
      ['2024-01-16T16:00:00Z', 11, 12, 10, 11, 6],
    ],
    says: ['1 no candle below the last one (line 4)'],
  },
  {
    name: 'pandas: an index column, minutes without a trade as empty rows',
    source: "pandas: df.resample('1min').ohlc().to_csv()",
    content: lines(
      ',timestamp,open,high,low,close,volume',
      '0,2024-01-02 00:00:00,10,12,9,11,5',
      '1,2024-01-02 00:01:00,,,,,0',
      '2,2024-01-02 00:02:00,11,12,10,11,6',
      '3,2024-01-02 00:03:00,11,12,10,11,6.5',
    ),
    candles: [
      ['2024-01-02T00:00:00Z', 10, 12, 9, 11, 5],
      ['2024-01-02T00:02:00Z', 11, 12, 10, 11, 6],
      ['2024-01-02T00:03:00Z', 11, 12, 10, 11, 6.5],
    ],
    says: ['1 without any price (line 3)', 'longest gap   2 min from 2024-01-02 00:00 on'],
  },
  {
    name: 'Kraken: seconds, no header, a count of trades behind the volume',
    source: 'support.kraken.com, Downloadable historical OHLCVT data',
    content: lines(
      '1672531200,16541.6,16544.0,16531.7,16531.7,3.2,41',
      '1672531260,16531.7,16540,16530,16535.5,1.1,12',
    ),
    candles: [
      ['2023-01-01T00:00:00Z', 16541.6, 16544, 16531.7, 16531.7, 3.2],
      ['2023-01-01T00:01:00Z', 16531.7, 16540, 16530, 16535.5, 1.1],
    ],
    says: [],
  },
  {
    name: 'this server: /candles?format=csv',
    source: 'http/routes/candles.ts',
    content:
      'time,datetime,open,high,low,close,volume,complete,volume_kind,simulated_history\r\n' +
      '1704153600,2024-01-02T00:00:00.000Z,1.10427,1.10429,1.10421,1.10425,48,true,ticks,1\r\n' +
      '1704153660,2024-01-02T00:01:00.000Z,1.10425,1.10431,1.1042,1.1043,61,false,ticks,0\r\n' +
      '1704153720,2024-01-02T00:02:00.000Z,1.1043,1.1043,1.10417,1.10418,33,true,ticks,0\r\n',
    candles: eurusd,
    says: ['incomplete    1 rows that the file marks so'],
  },
  {
    name: 'this server: npm run replay -- --format csv',
    source: 'cli/replay.ts',
    content: lines(
      'time,open,high,low,close,volume,complete',
      '1704153600000,1.10427,1.10429,1.10421,1.10425,48,1',
      '1704153660000,1.10425,1.10431,1.1042,1.1043,61,1',
    ),
    candles: eurusd.slice(0, 2),
    says: ['Unix milliseconds'],
  },
  {
    name: 'an old Mac: lines that end with CR, tabs, no header, no line end at the end',
    source: 'classic line ends',
    content: '20240102\t000000\t1.1\t1.2\t1.05\t1.15\t7\r20240102\t000100\t1.15\t1.2\t1.1\t1.1\t8',
    candles: [
      ['2024-01-02T00:00:00Z', 1.1, 1.2, 1.05, 1.15, 7],
      ['2024-01-02T00:01:00Z', 1.15, 1.2, 1.1, 1.1, 8],
    ],
    says: [],
  },
  {
    name: 'days without a header whose first price could be a time of day',
    source: 'MetaStock ASCII: ticker, date, open, high, low, close, volume',
    content: lines('XAUUSD,20240102,2045,2064,2040,2060,100', 'XAUUSD,20240103,2059,2062,2030,2041,110'),
    candles: [
      ['2024-01-02T00:00:00Z', 2045, 2064, 2040, 2060, 100],
      ['2024-01-03T00:00:00Z', 2059, 2062, 2030, 2041, 110],
    ],
    says: [],
  },
  {
    name: 'Interactive Brokers: two spaces in the time',
    source: 'IB API, historical bars: yyyymmdd{space}{space}hh:mm:ss',
    content: lines(
      'date,open,high,low,close,volume',
      '20240102  09:30:00,10,12,9,11,5',
      '20240102  09:31:00,11,12,10,11,6',
    ),
    candles: [
      ['2024-01-02T09:30:00Z', 10, 12, 9, 11, 5],
      ['2024-01-02T09:31:00Z', 11, 12, 10, 11, 6],
    ],
    says: [],
  },
  {
    name: 'AKShare in Chinese, the close second',
    source: 'akshare, stock_zh_a_hist: 日期,开盘,收盘,最高,最低,成交量',
    content: lines('日期,开盘,收盘,最高,最低,成交量', '2024-01-02,10,11,12,9,5', '2024-01-03,11,11,12,10,6'),
    candles: [
      ['2024-01-02T00:00:00Z', 10, 12, 9, 11, 5],
      ['2024-01-03T00:00:00Z', 11, 12, 10, 11, 6],
    ],
    says: [],
  },
  {
    name: 'days of long ago',
    source: 'stooq.com, ^SPX since 1789',
    content: lines(
      'Date,Open,High,Low,Close',
      '1929-10-28,24.3,24.5,22.7,22.74',
      '1929-10-29,22.7,22.8,19.8,20.43',
    ),
    candles: [
      ['1929-10-28T00:00:00Z', 24.3, 24.5, 22.7, 22.74, 0],
      ['1929-10-29T00:00:00Z', 22.7, 22.8, 19.8, 20.43, 0],
    ],
    volumeKind: 'none',
    says: [],
  },
  {
    name: 'one separator hint of Excel, | and month names',
    source: 'Excel: sep=',
    content: lines('sep=|', 'Date|Open|High|Low|Close', 'Jan 02, 2024|10|12|9|11', '3 Jan 2024|11|12|10|11'),
    candles: [
      ['2024-01-02T00:00:00Z', 10, 12, 9, 11, 0],
      ['2024-01-03T00:00:00Z', 11, 12, 10, 11, 0],
    ],
    volumeKind: 'none',
    says: [],
  },
];

const broker = exports.find(({ name }) => name === 'MetaTrader 5 bars')!;

/** MetaTrader's file, and the opens of its candles where its clocks are so many hours ahead of UTC. */
export const brokerFile = {
  content: broker.content,
  opensAt: (hours: number) => broker.candles.map(([time]) => Date.parse(time) - hours * 3_600_000),
};
