import { Observable, type OperatorFunction, type SchedulerLike } from 'rxjs';
import type { WindowGrid } from '../../models/calendar/window-grid.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import type { Candle } from '../../schema/candle.ts';
import type { CandleEvent, MinuteEdges } from '../../schema/market-event.ts';
import { minuteMs, timeframeMs, type Timeframe } from '../../schema/timeframe.ts';
import { DirectSubscriber } from '../rx/direct-subscriber.ts';
import { createMinuteRing } from './minutes/minute-ring.ts';
import { TimeframeFold } from './timeframe-fold.ts';

export interface FoldWindowsOptions {
  readonly symbol: string;
  readonly clock: SchedulerLike;
  /** Timeframes wanted beside 1min, which always passes. */
  readonly timeframes: readonly Timeframe[];
  readonly gridOf: (timeframe: Timeframe) => WindowGrid;
  /** Is the market open at an instant? A minute of closed market is never missing. @default always */
  readonly isOpen?: (time: number) => boolean;
  /** Stored candles, oldest first: minutes to fold from, longer ones to count revisions from. */
  readonly seed?: readonly Candle[];
}

/**
 * Whole minutes `[from, to)` of some columns, as a provider gives them, oldest first and on the minute: what lies between two of them was
 * heard, and nothing traded. As if each had come as a candle and been decided, but they are not emitted themselves: for years of the past.
 */
export interface ManyMinutes {
  readonly kind: 'many';
  readonly minutes: CandleColumns;
  readonly from: number;
  readonly to: number;
}

/** How many minutes are kept for the longest of these timeframes: its window and an hour, which New York's clocks may add. */
export function minutesToKeep(timeframes: readonly Timeframe[]): number {
  const longest = Math.max(...timeframes.map((timeframe) => timeframeMs[timeframe]), 0);
  return (longest + (longest > timeframeMs['4h'] ? 2 : 1) * 60 * minuteMs) / minuteMs;
}

/**
 * Folds the minutes of one symbol into every longer timeframe. Closed minutes count; the forming one is added for display.
 *
 *     minutes  -a---b---c---d---e---f-|
 *     5min     -----------------E-----|
 *
 * In: the events of minute-windows. Out: the same (but for `quiet` and `decided`, which end here), with the longer candles
 * after the minutes they are made of, at one instant the longest first. A window closes when its last minute is decided,
 * with ticks or without; a minute that changes later corrects its windows, each with a higher revision. Causal.
 */
export function foldWindows(
  options: FoldWindowsOptions,
): OperatorFunction<CandleEvent | ManyMinutes, CandleEvent> {
  return (source: Observable<CandleEvent | ManyMinutes>) =>
    new Observable((subscriber) => {
      const take = folding(options, (event) => {
        subscriber.next(event);
      });
      source.subscribe(new DirectSubscriber(subscriber, take));
    });
}

function folding(options: FoldWindowsOptions, emit: (event: CandleEvent) => void) {
  const { symbol, clock, timeframes, gridOf, isOpen = () => true, seed = [] } = options;
  const ring = createMinuteRing(minutesToKeep(timeframes));
  const now = () => clock.now();
  const folds = timeframes
    .filter((timeframe) => timeframe !== '1min')
    .sort((a, b) => timeframeMs[b] - timeframeMs[a])
    .map((timeframe) => new TimeframeFold({ symbol, timeframe, grid: gridOf(timeframe), ring, isOpen, now }));
  /** Close of the newest minute that is known. */
  let closedTo = -Infinity;
  /** When the next window closes, Unix ms, and whether a closed one has a minute that changed since. */
  let nextClose = Infinity;
  let hasChanged = false;

  for (const candle of seed) {
    if (candle.timeframe === '1min') {
      ring.put(candle, candle.openTime, candle.closeTime);
      closedTo = Math.max(closedTo, candle.closeTime);
    }
    folds.find((fold) => fold.timeframe === candle.timeframe)?.restore(candle);
  }

  /** A minute is known better than before. */
  function touch(openTime: number) {
    closedTo = Math.max(closedTo, openTime + minuteMs);
    for (const fold of folds) {
      if (fold.touch(openTime)) hasChanged = true;
      nextClose = Math.min(nextClose, fold.nextClose);
    }
  }

  function decide(to: number) {
    // Mostly a minute closes and nothing longer.
    if (to < nextClose && !hasChanged) return;
    hasChanged = false;
    nextClose = Infinity;
    const due: Extract<CandleEvent, { kind: 'candle' }>[] = [];
    for (const fold of folds) {
      fold.closeTo(to, due);
      nextClose = Math.min(nextClose, fold.nextClose);
    }
    // Folds are in order of length, the longest first, and sorting is stable.
    due.sort((a, b) => a.candle.closeTime - b.candle.closeTime);
    for (const event of due) emit(event);
  }

  /** The forming minute, and with it the closed ones of each window that it is in. */
  function emitForming(minuteCandle: Candle, edges: MinuteEdges) {
    const candles = [minuteCandle];
    for (const { forming } of folds) {
      const candle = forming.candle(minuteCandle, edges, closedTo);
      if (candle !== undefined) candles.push(candle);
    }
    emit({ kind: 'forming', candles, edges });
  }

  function takeMany({ minutes, from, to }: ManyMinutes) {
    let at = minutes.time[from] ?? 0;
    for (let i = from; i < to; i++) {
      const openTime = minutes.time[i]!;
      while (at < openTime) {
        const end = Math.min(openTime, Math.max(nextClose, at + minuteMs));
        for (; at < end; at += minuteMs) if (ring.putNone(at, true)) touch(at);
        decide(at);
      }
      ring.putBar(minutes, i);
      touch(openTime);
      at = openTime + minuteMs;
      decide(at);
    }
  }

  return (event: CandleEvent | ManyMinutes): void => {
    if (event.kind === 'candle') {
      const { candle, edges = { firstTick: candle.openTime, lastTick: candle.closeTime } } = event;
      ring.put(candle, edges.firstTick, edges.lastTick);
      touch(candle.openTime);
      emit(event);
    } else if (event.kind === 'forming') {
      for (const candle of event.candles) emitForming(candle, event.edges);
    } else if (event.kind === 'quiet') {
      for (let at = event.from; at < event.to; at += minuteMs) if (ring.putNone(at, event.heard)) touch(at);
    } else if (event.kind === 'empty') {
      for (const at of event.openTimes) if (ring.putNone(at, true)) touch(at);
      emit(event);
    } else if (event.kind === 'decided') decide(event.to);
    else if (event.kind === 'many') takeMany(event);
    else emit(event);
  };
}
