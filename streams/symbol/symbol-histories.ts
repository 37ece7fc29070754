import { RollingHistory } from '../../operators/candles/rolling-history.ts';
import { isTimely } from '../../operators/candles/is-timely.ts';
import type { Candle } from '../../schema/candle.ts';
import type { CandleEvent } from '../../schema/market-event.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { Backfilled } from './backfill.ts';

/** The closed candles of one symbol, by analysed timeframe. */
export type Histories = ReadonlyMap<Timeframe, RollingHistory>;

/** Histories of at least `size` candles a timeframe, filled with the stored candles. */
export function restoredHistories(
  symbol: string,
  timeframes: readonly Timeframe[],
  size: number,
  candles: ReadonlyMap<Timeframe, readonly Candle[]>,
): Histories {
  return new Map(
    timeframes.map((timeframe) => {
      const stored = candles.get(timeframe) ?? [];
      const history = new RollingHistory(symbol, timeframe, Math.max(size, stored.length));
      history.merge(stored);
      return [timeframe, history];
    }),
  );
}

/** Open times of the complete candles, which need no request to REST. */
export function completeOpens(history: RollingHistory | undefined): ReadonlySet<number> {
  return new Set(history?.completeOpens());
}

/** Adds REST's candles where the history has none or an incomplete one. Returns those added, a corrected one with its next revision. */
export function takeIn({ timeframe, candles }: Backfilled, histories: Histories): readonly Candle[] {
  const history = histories.get(timeframe);
  if (history === undefined) return [];
  const known = new Map(history.candles().map((candle) => [candle.openTime, candle]));
  const taken = candles.flatMap((candle) => {
    const before = known.get(candle.openTime);
    if (before?.complete === true) return [];
    return before === undefined ? candle : { ...candle, revision: before.revision + 1 };
  });
  history.merge(taken);
  return taken;
}

/** Replaces candles by those of a renewed history, complete ones too. Returns them, each with its next revision. */
export function takeAnew({ timeframe, candles }: Backfilled, histories: Histories): readonly Candle[] {
  const history = histories.get(timeframe);
  if (history === undefined) return [];
  const taken = candles.map((candle) => {
    const before = history.at(candle.openTime);
    return before === undefined ? candle : { ...candle, revision: before.revision + 1 };
  });
  history.merge(taken);
  return taken;
}

/** The last closed candle as an event, to be analysed; undefined where there is none or it is incomplete. */
export function lastClose(
  history: RollingHistory | undefined,
  now: number,
): Extract<CandleEvent, { kind: 'candle' }> | undefined {
  const [candle] = history?.candles(1) ?? [];
  if (candle === undefined || !candle.complete) return undefined;
  return { kind: 'candle', candle, timely: isTimely(candle, now) };
}

/** The closed candles up to and including one, oldest first. */
export function windowUpTo(history: RollingHistory | undefined, { openTime }: Candle): readonly Candle[] {
  const candles = history?.candles() ?? [];
  const end = candles.findLastIndex((candle) => candle.openTime <= openTime);
  return candles.slice(0, end + 1);
}

/** The last candles that had closed by a time, oldest first, at most so many. */
export function closedBy(history: RollingHistory | undefined, time: number, bars: number): readonly Candle[] {
  const candles = history?.candles() ?? [];
  const end = candles.findLastIndex((candle) => candle.closeTime <= time);
  return candles.slice(Math.max(0, end + 1 - bars), end + 1);
}
