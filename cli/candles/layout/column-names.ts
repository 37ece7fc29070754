export type PriceName = 'open' | 'high' | 'low' | 'close';
export const priceNames = ['open', 'high', 'low', 'close'] as const;

/**
 * What the columns of an export are called, the surest name first, without accents, signs and spaces: MetaTrader, TradingView, exchanges,
 * Yahoo, Stooq (Polish too), Investing.com and banks in English, German, French, Spanish, Italian, Portuguese, Chinese and Russian.
 */
const names: Readonly<Record<PriceName | 'volume' | 'ticks' | 'symbol' | 'complete', string>> = {
  open: 'open o openprice opening priceopen midopen bidopen openbid otwarcie eroffnung eroffn eroffnungskurs erster ouverture ouv apertura abertura 开盘 开盘价 открытие откр',
  high: 'high h highprice pricehigh midhigh bidhigh highbid max najwyzszy hoch tageshoch hochst haut plushaut maximo alto massimo maxima 最高 最高价 максимум макс',
  low: 'low l lowprice pricelow midlow bidlow lowbid min najnizszy tief tagestief tiefst bas plusbas minimo baixo basso minima 最低 最低价 минимум мин',
  close:
    'close c closeprice closing priceclose midclose bidclose closebid closelast last zamkniecie schluss schlusskurs letzter zuletzt cloture dernier cierre ultimo fechamento chiusura closeclosepriceadjustedforsplits 收盘 收盘价 закрытие закр price',
  volume:
    'volume vol v realvolume totalvolume basevolume tradedvolume wolumen volumen umsatz stuck stucke stuecke 成交量 объем',
  ticks: 'tickvol tickvolume ticks tickcount',
  symbol: 'symbol ticker instrument pair tic',
  complete: 'complete confirm confirmed isclosed isfinal',
};

const times = new Set(
  'time date datetime timestamp opentime opentimems openedat ts t unix unixtime unixtimestamp unixms epoch gmttime localtime utctime timeutc timeopen timeperiodstart utc dateutc datetimeutc timegmt dategmt timeeet timecet timeest startat start starttime windowstart bartime begin mts data czas datum zeit uhrzeit fecha hora heure tradedate tradetime tradingday 日期 时间 дата время'.split(
    ' ',
  ),
);

/** A name of a column without accents, signs and spaces. */
export const plainName = (cell: string): string =>
  cell
    .normalize('NFD')
    .toLowerCase()
    .replaceAll('ł', 'l')
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

const lists = Object.fromEntries(
  Object.entries(names).map(([role, list]) => [role, list.split(' ')]),
) as Record<keyof typeof names, string[]>;

/** Index of the column with a role in a header, the surest name first; -1 where there is none. */
export function columnOf(header: readonly string[], role: keyof typeof names): number {
  const plain = header.map(plainName);
  const name = lists[role].find((one) => plain.includes(one));
  if (name !== undefined) return plain.indexOf(name);
  // "Volume BTC", "Volume (USDT)"; what a chart adds is an average of it.
  return role === 'volume' ? plain.findIndex((one) => /^volume(?!ma|avg|average|sma|ema)/.test(one)) : -1;
}

/** Does a column's name say that it holds times? "Time (EET)" and "Date/Time UTC" do. */
export const isTimeName = (cell: string): boolean =>
  times.has(plainName(cell)) || /^(?:date|time|datetime)\W/i.test(cell);

/** Does it say that they are the ends of the candles? */
export const isEndName = (cell: string): boolean => /close|end/.test(plainName(cell));

const zones: readonly [RegExp, string][] = [
  [/\b(?:gmt|utc)(?![+-]\d)\b/i, 'UTC'],
  [/\beet\b/i, 'Europe/Athens'],
  [/\bcet\b/i, 'Europe/Paris'],
  [/\best\b/i, '-05:00'],
];

/** The zone that the name of a column states: "Gmt time", "Time (EET)", "date (America/New_York)". */
export function zoneOfName(cell: string): string | undefined {
  const place = /\b[A-Z][A-Za-z]+\/[A-Z][A-Za-z_]+\b/.exec(cell)?.[0];
  if (place !== undefined && !/^date\/?time$/i.test(place)) return place;
  const shift = /\b(?:UTC|GMT)\s?([+-]\d{1,2}(?::?\d{2})?)/i.exec(cell)?.[1];
  if (shift !== undefined) return shift;
  const spaced = cell.replaceAll('_', ' ');
  return zones.find(([form]) => form.test(spaced))?.[1];
}
