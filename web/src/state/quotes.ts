import type { PriceFrame } from '../../../schema/wire.ts';
import { createStore } from './create-store.ts';

/** The last price of one symbol. `direction` is that of the last price that differed; times Unix ms. */
export interface Quote {
  readonly price: number;
  readonly direction: 'up' | 'down' | 'flat';
  readonly eventTime: number;
  readonly bid?: number;
  readonly ask?: number;
}

export const quotes = createStore<ReadonlyMap<string, Quote>>(new Map());

/** The day behind a symbol's price. */
export interface Day {
  /** The price of 24 h of candles ago, against which the change is shown. */
  readonly open: number;
  /** Closes since, oldest first. */
  readonly closes: readonly number[];
}

export const days = createStore<ReadonlyMap<string, Day>>(new Map());

/** Merges price frames, one a symbol. An older price than the known one is left out. */
export function mergeQuotes(
  known: ReadonlyMap<string, Quote>,
  frames: Iterable<Omit<PriceFrame, 'type'>>,
): ReadonlyMap<string, Quote> {
  const merged = new Map(known);
  for (const { symbol, price, timestamp, bid, ask } of frames) {
    const before = known.get(symbol);
    if (before !== undefined && before.eventTime > timestamp) continue;
    merged.set(symbol, {
      price,
      direction: directionOf(price, before),
      eventTime: timestamp,
      ...(bid === undefined ? {} : { bid }),
      ...(ask === undefined ? {} : { ask }),
    });
  }
  return merged;
}

function directionOf(price: number, before: Quote | undefined): Quote['direction'] {
  if (before === undefined) return 'flat';
  if (price === before.price) return before.direction;
  return price > before.price ? 'up' : 'down';
}
