import { createFeedLag, type FeedLag } from '../../operators/ticks/feed-lag.ts';
import { RollingHistory } from '../../operators/candles/rolling-history.ts';
import type { Candle } from '../../schema/candle.ts';
import type { Tick } from '../../schema/tick.ts';
import { timeframeMs, type Timeframe } from '../../schema/timeframe.ts';
import { benchTimeframes, graceMs, maxAheadMs, seriesClock, type SeenCandle } from './through-actor.ts';

const minute = 60_000;
const none = 65_535;

interface Minute {
  openTime: number;
  open: number;
  high: number;
  low: number;
  close: number;
  ticks: number;
  firstTick: number;
  lastTick: number;
  /** First and last tick of each second: the silences of ticks in any order. */
  readonly firstIn: Uint16Array;
  readonly lastIn: Uint16Array;
}

/** The closed minutes of a forming window, up to `to`. */
interface Fold {
  readonly timeframe: Timeframe;
  readonly length: number;
  readonly history: RollingHistory;
  openTime: number;
  to: number;
  open: number;
  high: number;
  low: number;
  close: number;
  ticks: number;
  complete: boolean;
  silence: number;
  lastTick: number;
}

interface Symbol {
  readonly name: string;
  readonly lag: FeedLag;
  /** Ticks before it were missed. */
  readonly heardFrom: number;
  readonly folds: readonly Fold[];
  current: Minute;
  following: Minute;
  highest: number;
  formingAt: number;
}

/**
 * What the actor emits for the ticks of a feed without outages, by one loop with nothing between: quality, lag, minutes by event
 * time whatever the order within the grace, their silences, a forming candle of the minute and three timeframes every 250 ms,
 * and on a close the folds and their histories. The candles are the actor's, each one equal (bench-ticks.ts looks). It has no
 * timers, corrections, repairs, late ticks beyond a drop, traded volume, second subscriber or restart, and no other grid.
 */
export function handWritten(ticks: readonly Tick[], seen: SeenCandle): number {
  const { clock, set } = seriesClock();
  const symbols = new Map<string, Symbol>();
  let candles = 0;
  const emit = (candle: Candle) => {
    candles++;
    seen(candle);
  };

  for (const tick of ticks) {
    set(tick.receivedTime);
    const { symbol, price, eventTime } = tick;
    if (!(price > 0 && price < Infinity)) continue;
    if (!(eventTime <= clock.now() + maxAheadMs && eventTime > 0)) continue;
    let state = symbols.get(symbol);
    if (state === undefined) {
      state = newSymbol(symbol, clock.now());
      symbols.set(symbol, state);
    }
    state.lag.observe(tick);
    let window = state.current;
    if (eventTime < window.openTime || eventTime < state.heardFrom - graceMs) continue;
    if (eventTime >= window.openTime + minute) {
      // Into the following minute, and over those that nobody traded in.
      while (eventTime - graceMs >= state.current.openTime + minute) close(state, emit);
      window = eventTime >= state.current.openTime + minute ? state.following : state.current;
    }
    addTick(window, price, eventTime);
    if (eventTime > state.highest) {
      state.highest = eventTime;
      if (eventTime - graceMs >= state.current.openTime + minute) close(state, emit);
    }
    const now = clock.now();
    if (now - state.formingAt >= 250 && window.openTime + minute > state.highest) {
      state.formingAt = now;
      emitForming(state, window, emit);
    }
  }
  return candles;
}

function addTick(window: Minute, price: number, eventTime: number): void {
  if (eventTime >= window.lastTick) {
    window.lastTick = eventTime;
    window.close = price;
  }
  if (eventTime < window.firstTick) {
    window.firstTick = eventTime;
    window.open = price;
  }
  if (price > window.high) window.high = price;
  if (price < window.low) window.low = price;
  window.ticks++;
  const offset = eventTime - window.openTime;
  const second = Math.trunc(offset / 1000);
  if (window.firstIn[second] === none) {
    window.firstIn[second] = offset;
    window.lastIn[second] = offset;
  } else if (offset > window.lastIn[second]!) window.lastIn[second] = offset;
  else if (offset < window.firstIn[second]!) window.firstIn[second] = offset;
}

function close(state: Symbol, emit: (candle: Candle) => void): void {
  const { name, current, following, lag, folds } = state;
  if (current.ticks > 0) {
    const candle = minuteCandle(name, current, current.openTime >= state.heardFrom && !lag.exceedsCap());
    emit(candle);
    for (const fold of folds) {
      addMinute(fold, candle, current);
      if (candle.closeTime < fold.openTime + fold.length) continue;
      const closed = foldCandle(name, fold);
      fold.history.push(closed);
      emit(closed);
    }
  }
  state.current = following;
  state.following = reset(current, following.openTime + minute);
}

function addMinute(fold: Fold, candle: Candle, window: Minute): void {
  if (candle.openTime >= fold.openTime + fold.length) resetFold(fold, candle.openTime);
  if (fold.ticks === 0) fold.open = candle.open;
  fold.to = candle.closeTime;
  fold.high = Math.max(fold.high, candle.high);
  fold.low = Math.min(fold.low, candle.low);
  fold.close = candle.close;
  fold.ticks += candle.ticks;
  fold.complete &&= candle.complete;
  fold.silence = Math.max(fold.silence, candle.longestSilenceMs, window.firstTick - fold.lastTick);
  fold.lastTick = window.lastTick;
}

function emitForming(state: Symbol, window: Minute, emit: (candle: Candle) => void): void {
  const forming = minuteCandle(state.name, window, window.openTime >= state.heardFrom);
  emit(forming);
  for (const fold of state.folds) {
    const isNext = forming.openTime >= fold.openTime + fold.length;
    const openTime = isNext ? Math.floor(forming.openTime / fold.length) * fold.length : fold.openTime;
    const isFirst = isNext || fold.ticks === 0;
    const isJoined = forming.openTime === (isFirst ? openTime : fold.to);
    emit({
      symbol: state.name,
      timeframe: fold.timeframe,
      openTime,
      closeTime: openTime + fold.length,
      open: isFirst ? forming.open : fold.open,
      high: isFirst ? forming.high : Math.max(fold.high, forming.high),
      low: isFirst ? forming.low : Math.min(fold.low, forming.low),
      close: forming.close,
      volume: isFirst ? forming.volume : fold.ticks + forming.volume,
      volumeKind: 'ticks',
      ticks: isFirst ? forming.ticks : fold.ticks + forming.ticks,
      complete: isJoined && (isNext || fold.complete) && forming.complete,
      source: 'ticks',
      lateTicks: 0,
      longestSilenceMs: Math.max(
        isNext ? 0 : fold.silence,
        window.firstTick - (isFirst ? openTime : fold.lastTick),
      ),
      revision: 0,
    });
  }
}

function minuteCandle(symbol: string, window: Minute, complete: boolean): Candle {
  return {
    symbol,
    timeframe: '1min',
    openTime: window.openTime,
    closeTime: window.openTime + minute,
    open: window.open,
    high: window.high,
    low: window.low,
    close: window.close,
    volume: window.ticks,
    volumeKind: 'ticks',
    ticks: window.ticks,
    complete,
    source: 'ticks',
    lateTicks: 0,
    longestSilenceMs: longestSilence(window),
    revision: 0,
  };
}

function foldCandle(symbol: string, fold: Fold): Candle {
  const closeTime = fold.openTime + fold.length;
  return {
    symbol,
    timeframe: fold.timeframe,
    openTime: fold.openTime,
    closeTime,
    open: fold.open,
    high: fold.high,
    low: fold.low,
    close: fold.close,
    volume: fold.ticks,
    volumeKind: 'ticks',
    ticks: fold.ticks,
    complete: fold.complete,
    source: 'ticks',
    lateTicks: 0,
    longestSilenceMs: Math.max(fold.silence, closeTime - fold.lastTick),
    revision: 0,
  };
}

function longestSilence({ firstIn, lastIn }: Minute): number {
  let longest = 0;
  let last = 0;
  for (let second = 0; second < 60; second++) {
    const first = firstIn[second]!;
    if (first === none) continue;
    if (first - last > longest) longest = first - last;
    last = lastIn[second]!;
  }
  return Math.max(longest, minute - last);
}

function newSymbol(name: string, now: number): Symbol {
  const openTime = Math.floor((now - graceMs) / minute) * minute;
  const folds = benchTimeframes
    .toSorted((a, b) => timeframeMs[b] - timeframeMs[a])
    .map((timeframe) => {
      const length = timeframeMs[timeframe];
      const history = new RollingHistory(name, timeframe, 250);
      const fold = resetFold({ timeframe, length, history } as Fold, openTime);
      // What was before is not known.
      fold.complete = fold.openTime >= now;
      return fold;
    });
  return {
    name,
    lag: createFeedLag(),
    heardFrom: now,
    folds,
    current: newMinute(openTime),
    following: newMinute(openTime + minute),
    highest: -Infinity,
    formingAt: -Infinity,
  };
}

function resetFold(fold: Fold, openTime: number): Fold {
  fold.openTime = Math.floor(openTime / fold.length) * fold.length;
  fold.to = fold.openTime;
  fold.open = NaN;
  fold.high = -Infinity;
  fold.low = Infinity;
  fold.close = NaN;
  fold.ticks = 0;
  fold.complete = true;
  fold.silence = 0;
  fold.lastTick = fold.openTime;
  return fold;
}

function newMinute(openTime: number): Minute {
  const seconds = { firstIn: new Uint16Array(60), lastIn: new Uint16Array(60) };
  return reset(seconds as Minute, openTime);
}

function reset(window: Minute, openTime: number): Minute {
  window.openTime = openTime;
  window.open = NaN;
  window.high = -Infinity;
  window.low = Infinity;
  window.close = NaN;
  window.ticks = 0;
  window.firstTick = Infinity;
  window.lastTick = -Infinity;
  window.firstIn.fill(none);
  return window;
}
