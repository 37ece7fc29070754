import { Observable, type OperatorFunction, type SchedulerLike } from 'rxjs';
import type { WindowGrid } from '../../models/calendar/window-grid.ts';
import type { Candle } from '../../schema/candle.ts';
import type { CandleEvent, MinuteEdges } from '../../schema/market-event.ts';
import { timeframeMs, type Timeframe } from '../../schema/timeframe.ts';
import { DirectSubscriber } from '../rx/direct-subscriber.ts';
import { FormingFold } from './forming-fold.ts';
import { createMinuteRing, type FoldedMinutes } from './minute-ring.ts';
import { isTimely } from './timely.ts';

const minute = 60_000;

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

/** How many minutes are kept for the longest of these timeframes: its window and an hour, which New York's clocks may add. */
export function minutesToKeep(timeframes: readonly Timeframe[]): number {
  const longest = Math.max(...timeframes.map((timeframe) => timeframeMs[timeframe]), 0);
  return (longest + (longest > timeframeMs['4h'] ? 2 : 1) * 60 * minute) / minute;
}

/**
 * Folds the minutes of one symbol into every longer timeframe. Closed minutes decide; the forming one is added for display.
 *
 *     minutes  -a---b---c---d---e---f-|
 *     5min     -----------------E-----|
 *
 * In: the events of minute-windows. Out: the same (but for `quiet` and `decided`, which end here), with the longer candles
 * after the minutes they are made of, at one instant the longest first. A window closes when its last minute is decided,
 * with ticks or without; a minute that changes later says its windows again with a higher revision. Causal.
 */
export function foldWindows(options: FoldWindowsOptions): OperatorFunction<CandleEvent, CandleEvent> {
  return (source) =>
    new Observable((subscriber) => {
      const take = folding(options, (event) => {
        subscriber.next(event);
      });
      source.subscribe(new DirectSubscriber(subscriber, take));
    });
}

/** One timeframe's windows. */
interface Fold {
  readonly timeframe: Timeframe;
  readonly grid: WindowGrid;
  /** Open of the first window that is not closed. NaN before the first minute. */
  openTime: number;
  /** Closed windows of which a minute has changed since. */
  readonly changed: Set<number>;
  /** Revisions of closed windows still in reach; negative (as -1 - revision) while never complete. */
  readonly said: Map<number, number>;
  readonly forming: FormingFold;
}

function folding(options: FoldWindowsOptions, emit: (event: CandleEvent) => void) {
  const { symbol, clock, timeframes, gridOf, isOpen = () => true, seed = [] } = options;
  const ring = createMinuteRing(minutesToKeep(timeframes));
  const folds: Fold[] = timeframes
    .filter((timeframe) => timeframe !== '1min')
    .sort((a, b) => timeframeMs[b] - timeframeMs[a])
    .map((timeframe) => {
      const grid = gridOf(timeframe);
      const forming = new FormingFold({ symbol, timeframe, grid, ring, isOpen });
      return { timeframe, grid, openTime: NaN, changed: new Set(), said: new Map(), forming };
    });

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
    const fold = folds.find((each) => each.timeframe === candle.timeframe);
    fold?.said.set(candle.openTime, candle.complete ? candle.revision : -1 - candle.revision);
  }

  /** A minute is known better than before. */
  function touch(openTime: number) {
    closedTo = Math.max(closedTo, openTime + minute);
    for (const fold of folds) {
      fold.forming.touch(openTime);
      if (Number.isNaN(fold.openTime)) {
        fold.openTime = fold.grid.openOf(openTime);
        nextClose = Math.min(nextClose, fold.grid.closeOf(fold.openTime));
      }
      if (openTime < fold.openTime) {
        fold.changed.add(fold.grid.openOf(openTime));
        hasChanged = true;
      }
    }
  }

  function candleOf(fold: Fold, openTime: number, folded: FoldedMinutes, revision: number): Candle {
    const closeTime = fold.grid.closeOf(openTime);
    return {
      symbol,
      timeframe: fold.timeframe,
      openTime,
      closeTime,
      open: folded.open,
      high: folded.high,
      low: folded.low,
      close: folded.close,
      volume: folded.volume,
      volumeKind: folded.volumeKind,
      ticks: folded.ticks,
      complete: folded.complete,
      source: folded.fromRest ? (folded.fromTicks ? 'mixed' : 'rest') : 'ticks',
      lateTicks: folded.lateTicks,
      longestSilenceMs: folded.longestSilenceMs,
      revision,
    };
  }

  /** The closed candle of a window, to be said; undefined where it holds none, or its minutes are no longer at hand. */
  function closedOf(fold: Fold, openTime: number, decided: number): CandleEvent | undefined {
    const closeTime = fold.grid.closeOf(openTime);
    if (openTime < decided - ring.capacity * minute || !fold.grid.inSession(openTime)) return undefined;
    const folded = ring.fold(openTime, closeTime, isOpen);
    if (folded.candles === 0) return undefined;
    folded.longestSilenceMs = Math.max(folded.longestSilenceMs, closeTime - folded.lastTick);
    const before = fold.said.get(openTime);
    const wasComplete = before !== undefined && before >= 0;
    const revision = before === undefined ? 0 : (wasComplete ? before : -1 - before) + 1;
    const candle = candleOf(fold, openTime, folded, revision);
    fold.said.set(openTime, candle.complete || wasComplete ? revision : -1 - revision);
    const timely = !wasComplete && isTimely(candle, clock.now());
    return { kind: 'candle', candle, timely };
  }

  function decide(to: number) {
    // Mostly a minute closes and nothing longer.
    if (to < nextClose && !hasChanged) return;
    hasChanged = false;
    nextClose = Infinity;
    const due: (CandleEvent & { kind: 'candle' })[] = [];
    const reach = to - ring.capacity * minute;
    const close = (fold: Fold, openTime: number) => {
      const event = closedOf(fold, openTime, to);
      if (event?.kind === 'candle') due.push(event);
    };
    for (const fold of folds) {
      for (const openTime of fold.changed) close(fold, openTime);
      fold.changed.clear();
      if (Number.isNaN(fold.openTime)) continue;
      if (fold.openTime < reach) fold.openTime = fold.grid.openOf(reach);
      while (fold.grid.closeOf(fold.openTime) <= to) {
        close(fold, fold.openTime);
        fold.openTime = fold.grid.closeOf(fold.openTime);
      }
      nextClose = Math.min(nextClose, fold.grid.closeOf(fold.openTime));
      for (const openTime of fold.said.keys()) if (openTime < reach) fold.said.delete(openTime);
    }
    // Folds stand longest first, and sorting is stable.
    due.sort((a, b) => a.candle.closeTime - b.candle.closeTime);
    for (const event of due) emit(event);
  }

  /** The forming minute, and with it the closed ones of each window that it is in. */
  function sayForming(minuteCandle: Candle, edges: MinuteEdges) {
    const candles = [minuteCandle];
    for (const { forming } of folds) {
      const candle = forming.candle(minuteCandle, edges, closedTo);
      if (candle !== undefined) candles.push(candle);
    }
    emit({ kind: 'forming', candles, edges });
  }

  return (event: CandleEvent): void => {
    if (event.kind === 'candle') {
      const { candle, edges = { firstTick: candle.openTime, lastTick: candle.closeTime } } = event;
      ring.put(candle, edges.firstTick, edges.lastTick);
      touch(candle.openTime);
      emit(event);
    } else if (event.kind === 'forming') {
      for (const candle of event.candles) sayForming(candle, event.edges);
    } else if (event.kind === 'quiet') {
      for (let at = event.from; at < event.to; at += minute) if (ring.putNone(at, event.heard)) touch(at);
    } else if (event.kind === 'empty') {
      for (const at of event.openTimes) if (ring.putNone(at, true)) touch(at);
      emit(event);
    } else if (event.kind === 'decided') decide(event.to);
    else emit(event);
  };
}
