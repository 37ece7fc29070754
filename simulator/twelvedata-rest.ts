import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bar } from '../schema/candle.ts';
import { barsOf, intervalMinutes } from './market/bars.ts';
import { createCredits, type CreditPlan } from './credits.ts';
import type { Faults } from './faults.ts';
import { answerFault, sendJson } from './http-answers.ts';
import type { Listing } from './listing.ts';
import type { Market } from './market/market.ts';
import { searchAnswer } from './symbol-search.ts';
import type { Timeline } from './market/timeline.ts';

export interface TwelveDataRestOptions {
  readonly market: Market;
  readonly timeline: Timeline;
  /** Real time, Unix ms: credits are counted by real minutes, however fast the market runs. */
  readonly wallNow: () => number;
  readonly keys: ReadonlySet<string>;
  readonly plan: CreditPlan;
  readonly faults: Faults['rest'];
}

export interface TwelveDataRest {
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void;
  /** Requested paths since the start, with their query. */
  readonly requests: () => readonly string[];
}

interface Failure {
  readonly code: number;
  readonly message: string;
  readonly status: 'error';
}

/** TwelveData's REST: `/time_series`, `/quote` and `/symbol_search`, their strings, their credit headers, and errors also under 200. */
export function twelveDataRest(options: TwelveDataRestOptions): TwelveDataRest {
  const { keys, plan, faults, wallNow } = options;
  const charge = createCredits(plan, wallNow);
  const requests: string[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    requests.push(`${url.pathname}${url.search}`);
    if (requests.length > 10_000) requests.shift();
    if (await answerFault(faults, response)) return;
    const header = request.headers.authorization?.replace(/^apikey /, '');
    if (!keys.has(header ?? url.searchParams.get('apikey') ?? '')) {
      sendJson(response, 401, failure(401, '**apikey** parameter is incorrect or not specified.'));
      return;
    }
    if (url.pathname === '/symbol_search') {
      const credit = charge(faults.creditsPerCall);
      const body = credit.allowed
        ? searchAnswer(options.market, url.searchParams)
        : failure(429, credit.message);
      sendJson(response, credit.allowed ? 200 : 429, body, headersOf(faults, credit));
      return;
    }
    const endpoint = { '/time_series': timeSeriesBody, '/quote': quoteBody }[url.pathname];
    if (endpoint === undefined) {
      sendJson(response, 404, failure(404, 'The requested resource was not found'));
      return;
    }
    const symbols = (url.searchParams.get('symbol') ?? '').split(',').filter((symbol) => symbol !== '');
    const credit = charge(Math.max(1, symbols.length) * faults.creditsPerCall);
    const headers = headersOf(faults, credit);
    if (!credit.allowed) {
      sendJson(response, 429, failure(429, credit.message), headers);
    } else if (symbols.length === 0) {
      sendJson(response, 400, failure(400, '**symbol** parameter is missing or invalid.'), headers);
    } else {
      const bodies = symbols.map((symbol) => [symbol, endpoint(options, symbol, url.searchParams)] as const);
      // A single symbol is unwrapped, and its error comes with status 200, as always inside a batch.
      sendJson(response, 200, bodies.length === 1 ? bodies[0]![1] : Object.fromEntries(bodies), headers);
    }
  };
  return {
    requests: () => requests,
    listener: (request, response) => {
      answer(request, response).catch(() => response.destroy());
    },
  };
}

const headersOf = (
  faults: Faults['rest'],
  { used, left }: { used: number; left: number },
): Record<string, string> =>
  faults.noCreditHeaders ? {} : { 'api-credits-used': String(used), 'api-credits-left': String(left) };

function timeSeriesBody(options: TwelveDataRestOptions, symbol: string, query: URLSearchParams) {
  const { market, timeline, faults } = options;
  const listing = market.listings.get(symbol);
  const interval = query.get('interval') ?? '';
  const minutes = intervalMinutes[interval];
  if (minutes === undefined) return failure(400, `Invalid **interval** provided: ${interval}.`);
  if (listing === undefined) {
    return failure(
      404,
      `**symbol** or **figi** parameter is missing or invalid. Please provide a valid symbol according to API documentation: ${symbol}`,
    );
  }
  const from = parseTime(query.get('start_date'));
  const to = parseTime(query.get('end_date'));
  const isDated = from !== undefined || to !== undefined;
  const limit = Number(query.get('outputsize') ?? (isDated ? 5000 : 30));
  if (!Number.isInteger(limit) || limit < 1 || limit > 5000) {
    return failure(400, `Invalid **outputsize** provided: ${limit}. Supposed to be between 1 and 5000`);
  }
  const bars = faults.empty
    ? []
    : barsOf(market, { symbol, minutes, limit, from, to }, timeline.now(), faults);
  if (bars.length === 0 && isDated && !faults.empty) {
    return failure(
      400,
      'No data is available on the specified dates. Try setting different start/end dates.',
    );
  }
  const decimals = Number(query.get('dp') ?? 5);
  const values = bars.map((bar) => valueOf(bar, decimals, minutes));
  if (query.get('order')?.toLowerCase() !== 'asc') values.reverse();
  return { meta: metaOf(listing, interval), values, status: 'ok' };
}

function metaOf({ ticker, exchange, micCode, currency, type }: Listing, interval: string) {
  const [base, quote] = ticker.split('/');
  return {
    symbol: ticker,
    interval,
    ...(quote === undefined ? { currency } : { currency_base: base, currency_quote: quote }),
    exchange,
    ...(micCode !== undefined && { mic_code: micCode }),
    type,
  };
}

function quoteBody({ market, timeline }: TwelveDataRestOptions, symbol: string) {
  const listing = market.listings.get(symbol);
  if (listing === undefined) return failure(404, `**symbol** parameter is missing or invalid: ${symbol}`);
  const now = timeline.now();
  const last = market.minutes(symbol, now - 4 * 86_400_000, now).at(-1);
  const text = (value: number | undefined) => (value ?? 0).toFixed(5);
  return {
    symbol,
    name: symbol,
    exchange: listing.exchange,
    datetime: new Date(now).toISOString().slice(0, 10),
    timestamp: Math.floor((Math.floor(now / 86_400_000) * 86_400_000) / 1000),
    last_quote_at: Math.floor((last?.openTime ?? 0) / 1000),
    open: text(last?.open),
    high: text(last?.high),
    low: text(last?.low),
    close: text(last?.close),
    is_market_open: market.isOpen(symbol, now),
  };
}

/** A bar in the provider's format: numbers as strings; the date only from one day up. */
function valueOf(bar: Bar, decimals: number, minutes: number) {
  const iso = new Date(bar.openTime).toISOString();
  const text = (value: number) => value.toFixed(decimals);
  return {
    datetime: minutes >= 1440 ? iso.slice(0, 10) : iso.slice(0, 19).replace('T', ' '),
    open: text(bar.open),
    high: text(bar.high),
    low: text(bar.low),
    close: text(bar.close),
    ...(bar.volume !== undefined && { volume: String(bar.volume) }),
  };
}

function failure(code: number, message: string): Failure {
  return { code, message, status: 'error' };
}

/** `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`, read as UTC. */
function parseTime(text: string | null): number | undefined {
  if (text === null) return undefined;
  const time = Date.parse(`${text.replace(' ', 'T')}${text.length > 10 ? 'Z' : ''}`);
  return Number.isNaN(time) ? undefined : time;
}
