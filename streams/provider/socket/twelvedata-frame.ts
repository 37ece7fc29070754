import type { ProviderFacts } from '../../../schema/symbol/instrument.ts';
import { firstWords } from '../../../schema/outside/first-words.ts';

/** A symbol by the provider's name, with the facts it states about it. */
export interface ProviderListing extends ProviderFacts {
  readonly symbol: string;
}

/** A frame of the provider's socket, checked field by field by hand: this runs for every tick. Time Unix ms. */
export type ProviderFrame =
  | {
      readonly kind: 'price';
      readonly listing: ProviderListing;
      readonly price: number;
      readonly eventTime: number;
      readonly bid?: number;
      readonly ask?: number;
      readonly dayVolume?: number;
    }
  | {
      readonly kind: 'status';
      readonly accepted: readonly ProviderListing[];
      readonly refused: readonly RefusedListing[];
    }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'error'; readonly code: number | undefined; readonly message: string }
  | { readonly kind: 'bad'; readonly problem: FrameProblem };

interface RefusedListing {
  readonly listing: ProviderListing;
  readonly reason: string;
}

type FrameProblem = 'not_json' | 'not_object' | 'unknown_event' | 'bad_symbol' | 'bad_price' | 'bad_time';

type Fields = Readonly<Record<string, unknown>>;

/** Parses one text frame of TwelveData's WebSocket; never throws. Unknown fields pass. */
export function parseProviderFrame(text: string): ProviderFrame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'bad', problem: 'not_json' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'bad', problem: 'not_object' };
  }
  const fields = value as Fields;
  switch (fields['event']) {
    case 'price':
      return priceOf(fields);
    case 'heartbeat':
      return { kind: 'heartbeat' };
    case 'subscribe-status':
      return statusOf(fields);
    case 'unsubscribe-status':
    case 'reset-status':
      return { kind: 'heartbeat' };
    case 'error':
    case undefined:
      return errorOf(fields);
    default:
      return { kind: 'bad', problem: 'unknown_event' };
  }
}

function priceOf(fields: Fields): ProviderFrame {
  const { symbol, price, timestamp, bid, ask, day_volume: dayVolume } = fields;
  if (typeof symbol !== 'string' || symbol === '') return { kind: 'bad', problem: 'bad_symbol' };
  if (!isPositive(price)) return { kind: 'bad', problem: 'bad_price' };
  if (!isPositive(timestamp)) return { kind: 'bad', problem: 'bad_time' };
  return {
    kind: 'price',
    listing: { symbol, ...factsOf(fields) },
    price,
    // Whole seconds, as documented; a value this large can only be milliseconds.
    eventTime: timestamp > 1e11 ? Math.round(timestamp) : Math.round(timestamp * 1000),
    ...(isPositive(bid) && { bid }),
    ...(isPositive(ask) && { ask }),
    ...(typeof dayVolume === 'number' && dayVolume >= 0 && Number.isFinite(dayVolume) && { dayVolume }),
  };
}

function statusOf({ success, fails }: Fields): ProviderFrame {
  return {
    kind: 'status',
    accepted: listOf(success).flatMap((entry) => listingOf(entry) ?? []),
    refused: listOf(fails).flatMap((entry) => {
      const listing = listingOf(entry);
      return listing === undefined ? [] : { listing, reason: reasonOf(entry) };
    }),
  };
}

function errorOf({ code, message, status, event }: Fields): ProviderFrame {
  const isError = event === 'error' || status === 'error' || typeof code === 'number';
  if (!isError) return { kind: 'bad', problem: 'unknown_event' };
  return {
    kind: 'error',
    code: typeof code === 'number' ? code : undefined,
    message: typeof message === 'string' ? firstWords(message, 300) : 'no message',
  };
}

/** Entries are objects or plain strings. */
function listingOf(entry: unknown): ProviderListing | undefined {
  if (typeof entry === 'string') return entry === '' ? undefined : { symbol: entry };
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { symbol } = entry as Fields;
  return typeof symbol === 'string' && symbol !== '' ? { symbol, ...factsOf(entry as Fields) } : undefined;
}

/** A frame's facts about a symbol, each where it is a string. */
function factsOf({ type, exchange, mic_code, country, currency }: Fields): ProviderFacts {
  return {
    type: textOf(type),
    exchange: textOf(exchange),
    micCode: textOf(mic_code),
    country: textOf(country),
    currency: textOf(currency),
  };
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= 100 ? value : undefined;

function reasonOf(entry: unknown): string {
  const { message, reason } = typeof entry === 'object' && entry !== null ? (entry as Fields) : {};
  const stated = message ?? reason;
  return typeof stated === 'string' && stated !== '' ? firstWords(stated, 200) : 'refused by the provider';
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && Number.isFinite(value);
}
