import { calendarOf, type MarketKind } from './trading-calendars.ts';
import type { TradingCalendar } from './trading-calendar.ts';

export type { MarketKind } from './trading-calendars.ts';

const day = 86_400_000;

/** A stretch of open market `[open, close)`, Unix ms. */
export interface Session {
  readonly open: number;
  readonly close: number;
}

/**
 * The session that holds `time`, or else the next one, by the market's own calendar. Crypto, and a market whose hours nobody
 * knows, never closes. A lunch break parts two sessions; two that touch (forex over midnight in its week) are two.
 */
export function sessionAt(kind: MarketKind, time: number): Session {
  const calendar = calendarOf(kind);
  return calendar === null ? always : remembered(sessions, kind, calendar, time, firstSession);
}

/** The trading day that holds `time`, from its first bell to its last, or else the next one: a lunch break does not part it. */
export function tradingDayAt(kind: MarketKind, time: number): Session {
  const calendar = calendarOf(kind);
  return calendar === null ? always : remembered(days, kind, calendar, time, firstDay);
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

/** Times from here on are no dates (ECMA-262, 21.4.1.1), nor is NaN. */
const noDate = 8.64e15 - 1e13;
const nowhere: Session = { open: NaN, close: NaN };
const always: Session = { open: -Infinity, close: Infinity };

/** Ticks come in order: the last answer holds until its session closes, and no calendar is asked on the hot path. */
interface Answer {
  readonly from: number;
  readonly session: Session;
}
type Answers = Partial<Record<MarketKind, Answer>>;
const sessions: Answers = {};
const days: Answers = {};

function remembered(
  answers: Answers,
  kind: MarketKind,
  calendar: TradingCalendar,
  time: number,
  find: (calendar: TradingCalendar, date: number, time: number) => Session | undefined,
): Session {
  if (!(Math.abs(time) < noDate)) return nowhere;
  const before = answers[kind];
  if (before !== undefined && time >= before.from && time < before.session.close) return before.session;
  for (let date = Math.floor((time + calendar.zone.offset(time)) / day) * day; ; date += day) {
    const session = find(calendar, date, time);
    if (session === undefined) continue;
    answers[kind] = { from: Math.min(time, session.open), session };
    return session;
  }
}

function firstSession(
  { zone, sessionsOf }: TradingCalendar,
  date: number,
  time: number,
): Session | undefined {
  for (const { open, close } of sessionsOf(date)) {
    const end = zone.fromLocal(date + close);
    if (!(end <= time)) return { open: zone.fromLocal(date + open), close: end };
  }
  return undefined;
}

function firstDay({ zone, sessionsOf }: TradingCalendar, date: number, time: number): Session | undefined {
  const all = sessionsOf(date);
  const [first] = all;
  const last = all.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const close = zone.fromLocal(date + last.close);
  return close <= time ? undefined : { open: zone.fromLocal(date + first.open), close };
}
