import type { Bar } from '../../../schema/candle.ts';
import type { Outcome } from '../../../schema/signal.ts';
import type { Tick } from '../../../schema/tick.ts';

/** An idea that is being followed, issued or withheld. Times Unix ms, prices in quote currency. */
export interface Trade {
  readonly id: string;
  /** 1 for BUY, -1 for SELL. */
  readonly direction: 1 | -1;
  readonly entry: number;
  readonly tp: number;
  readonly sl: number;
  /** Close of its candle: prices from here on count. */
  readonly from: number;
  /** Prices before it have met neither level: bars of them tell its excursions alone. @default from */
  readonly judgedFrom?: number;
  readonly expiresAt: number;
  /** The same in candle time, where the candles are an outside source's. @default expiresAt */
  readonly barsUntil?: number;
  /** Cost of entry and exit together, price units, where ticks carry no bid and ask. */
  readonly cost: number;
  /** Are two prices in a row in different units, so that the levels mean nothing any more? @default never */
  readonly restated?: (before: number, after: number) => boolean;
  /** Best and worst price since. Starts at the entry. */
  best: number;
  worst: number;
  /** Last price the trade could have been closed at, and its half spread; null where no bid and ask came with it. */
  last: number;
  lastHalfSpread: number | null;
  /** When `last` was, Unix ms; 0 while no price was seen. */
  lastAt: number;
}

/** A trade just begun. */
export function openTrade(
  trade: Omit<Trade, 'best' | 'worst' | 'last' | 'lastHalfSpread' | 'lastAt'>,
): Trade {
  const { entry } = trade;
  return { ...trade, best: entry, worst: entry, last: entry, lastHalfSpread: null, lastAt: 0 };
}

/** What the trade could be closed at: the bid (SELL: ask) where the tick has them, else its price. */
export const priceOf = (trade: Trade, tick: Tick): number =>
  (trade.direction > 0 ? tick.bid : tick.ask) ?? tick.price;

/**
 * Follows a trade by one tick; its outcome, or null while it is open. It closes at the bid (SELL: ask) where the tick has
 * them, else at the price. TP fills at its level, SL at the price that passed it. Ticks before the trade's start do not
 * count; the first at or after `expiresAt` ends it at the last price before, or its own where none was seen. Excursions are of prices,
 * whatever a tick bids or asks, as those of a candle are: a bar that tells of the same ticks tells the same.
 */
export function followTick(trade: Trade, tick: Tick): Outcome | null {
  if (tick.eventTime < trade.from) return null;
  const price = priceOf(trade, tick);
  if (tick.eventTime >= trade.expiresAt && trade.lastAt > 0)
    return ended(trade, 'expired', trade.last, trade.expiresAt);
  if (tick.eventTime >= trade.lastAt) {
    trade.last = price;
    trade.lastAt = tick.eventTime;
    trade.lastHalfSpread =
      tick.bid !== undefined && tick.ask !== undefined ? Math.max(0, tick.ask - tick.bid) / 2 : null;
  }
  if (tick.eventTime >= trade.expiresAt) return ended(trade, 'expired', price, trade.expiresAt);
  if ((price - trade.sl) * trade.direction <= 0) return ended(trade, 'sl', price, tick.eventTime);
  if ((price - trade.tp) * trade.direction >= 0) return ended(trade, 'tp', trade.tp, tick.eventTime);
  widen(trade, tick.price);
  return null;
}

/**
 * Follows a trade by one bar of prices that were missed as ticks; its open came first: beyond SL it fills there, at or beyond TP it
 * is TP whatever came after. Otherwise a bar that holds both levels counts as SL and is marked ambiguous. Excursions of the deciding bar
 * count against the trade only, and not at all where its open decided. A price in another unit makes it void.
 */
export function followBar(trade: Trade, bar: Bar, closeTime: number): Outcome | null {
  if (bar.openTime < trade.from) return null;
  const { barsUntil = trade.expiresAt } = trade;
  if (bar.openTime < (trade.judgedFrom ?? trade.from)) {
    seeBar(trade, bar, closeTime);
    return null;
  }
  if (bar.openTime >= barsUntil) return ended(trade, 'expired', trade.last, barsUntil);
  const strange = strangeOf(trade, bar);
  if (strange !== undefined) return voided(trade, strange, Math.min(closeTime, barsUntil));
  const [favourable, adverse] = trade.direction > 0 ? [bar.high, bar.low] : [bar.low, bar.high];
  const at = Math.min(closeTime, barsUntil);
  trade.lastHalfSpread = null;
  if ((bar.open - trade.sl) * trade.direction <= 0) return ended(trade, 'sl', bar.open, at);
  if ((bar.open - trade.tp) * trade.direction >= 0) return ended(trade, 'tp', trade.tp, at);
  const tpHit = (favourable - trade.tp) * trade.direction >= 0;
  if ((adverse - trade.sl) * trade.direction <= 0) return ended(trade, 'sl', trade.sl, at, tpHit);
  widen(trade, adverse);
  if (tpHit) return ended(trade, 'tp', trade.tp, at);
  seeBar(trade, bar, at);
  return null;
}

/** A bar that has decided nothing: all its prices came and went. */
function seeBar(trade: Trade, { high, low, close }: Bar, at: number): void {
  widen(trade, high);
  widen(trade, low);
  trade.last = close;
  trade.lastAt = at;
}

/**
 * The outcome of a trade that ends at a price. With bid and ask the exit has paid its half of the spread and entry owes the other; else
 * the assumed cost is owed.
 */
export function ended(
  trade: Trade,
  status: Exclude<Outcome['status'], 'open' | 'void'>,
  exit: number,
  at: number,
  ambiguous = false,
): Outcome {
  widen(trade, exit);
  const risk = Math.abs(trade.entry - trade.sl);
  return {
    status,
    resolved_at: at,
    exit_price: exit,
    r: ((exit - trade.entry) * trade.direction - (trade.lastHalfSpread ?? trade.cost)) / risk,
    ...excursionsOf(trade),
    ambiguous_bar: ambiguous,
  };
}

/** The first price of a bar that is in another unit. */
function strangeOf(trade: Trade, { open, high, low, close }: Bar): number | undefined {
  if (isRestatedFor(trade, open)) return open;
  if (isRestatedFor(trade, high)) return high;
  if (isRestatedFor(trade, low)) return low;
  return isRestatedFor(trade, close) ? close : undefined;
}

export const isRestatedFor = (trade: Trade, price: number): boolean =>
  trade.restated?.(trade.last, price) === true;

/** A trade that cannot be followed on: its price went on in another unit, at `price`. Its excursions are those until then. */
export function voided(trade: Trade, price: number, at: number): Outcome {
  return {
    status: 'void',
    resolved_at: at,
    exit_price: trade.last,
    r: null,
    ...excursionsOf(trade),
    ambiguous_bar: false,
    reason: `the price went from ${trade.last} to ${price} at once, as no market does: a split, another unit or a wrong price`,
  };
}

/** Maximum favourable and adverse excursion so far, R. */
export function excursionsOf(trade: Trade): Pick<Outcome, 'mfe' | 'mae'> {
  const risk = Math.abs(trade.entry - trade.sl);
  const gain = (price: number): number => ((price - trade.entry) * trade.direction) / risk;
  return { mfe: Math.max(0, gain(trade.best)), mae: Math.max(0, -gain(trade.worst)) };
}

/** Counts a price among the trade's excursions. */
function widen(trade: Trade, price: number): void {
  if ((price - trade.best) * trade.direction > 0) trade.best = price;
  if ((price - trade.worst) * trade.direction < 0) trade.worst = price;
}
