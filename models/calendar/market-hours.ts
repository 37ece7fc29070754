import { fromNewYork, newYorkOffset } from './new-york-time.ts';
import { tradingDay } from './nyse-calendar.ts';

const hour = 3_600_000;
const day = 24 * hour;

export type MarketKind = 'crypto' | 'forex' | 'metal' | 'equity';

/** A stretch of open market `[open, close)`, Unix ms. */
export interface Session {
  readonly open: number;
  readonly close: number;
}

/**
 * The session that holds `time`, or else the next one. Crypto never closes; forex and metals are open from Sunday 17:00 to
 * Friday 17:00 New York; equities keep the regular hours of the New York Stock Exchange.
 */
export function sessionAt(kind: MarketKind, time: number): Session {
  if (kind === 'crypto') return always;
  const cached = last[kind];
  if (time >= cached.open && time < cached.close) return cached;
  const session = kind === 'equity' ? exchangeSession(time) : week(time);
  last[kind] = session;
  return session;
}

export function isMarketOpen(kind: MarketKind, time: number): boolean {
  return sessionAt(kind, time).open <= time;
}

/** First instant at or after `time` at which the market is open. */
export function nextOpen(kind: MarketKind, time: number): number {
  return Math.max(time, sessionAt(kind, time).open);
}

/** Open time of the market in `[from, to)`, ms. */
export function openMillisBetween(kind: MarketKind, from: number, to: number): number {
  let open = 0;
  for (let at = from; at < to;) {
    const session = sessionAt(kind, at);
    open += Math.max(0, Math.min(to, session.close) - Math.max(at, session.open));
    at = session.close;
  }
  return open;
}

const always: Session = { open: -Infinity, close: Infinity };
const never: Session = { open: 0, close: 0 };
const last: Record<Exclude<MarketKind, 'crypto'>, Session> = { forex: never, metal: never, equity: never };

function week(time: number): Session {
  // Counted from 17:00, Sunday's evening is the first of five trading days that end on Friday at 17:00.
  const local = time + newYorkOffset(time) + 7 * hour;
  const date = Math.floor(local / day) * day;
  const weekday = new Date(date).getUTCDay();
  const monday = date - ((weekday + 6) % 7) * day + (weekday === 6 || weekday === 0 ? 7 * day : 0);
  return { open: fromNewYork(monday - 7 * hour), close: fromNewYork(monday + 5 * day - 7 * hour) };
}

function exchangeSession(time: number): Session {
  for (let date = Math.floor((time + newYorkOffset(time)) / day) * day; ; date += day) {
    const hours = tradingDay(date);
    if (hours === null) continue;
    const close = fromNewYork(date + hours.close);
    if (!(close <= time)) return { open: fromNewYork(date + hours.open), close };
  }
}
