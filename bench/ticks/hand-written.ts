import { createHistory, type RollingHistory } from '../../operators/rolling-history.ts';
import type { Candle } from '../../schema/candle.ts';
import type { Tick } from '../../schema/tick.ts';
import { timeframeMs, type Timeframe } from '../../schema/timeframe.ts';
import { benchTimeframes, seriesClock, sink } from './through-actor.ts';

const minute = 60_000;
const graceMs = 1000;

interface Symbol {
  readonly lags: Float64Array;
  measured: number;
  openTime: number;
  nextTicks: Tick[];
  open: number;
  high: number;
  low: number;
  close: number;
  ticks: number;
  firstTick: number;
  lastTick: number;
  silence: number;
  formingSaid: number;
  readonly folds: { timeframe: Timeframe; history: RollingHistory; candle: Candle | undefined }[];
}

/**
 * The same in one loop with nothing between: quality, lag, the minute by event time with a grace, a forming candle every
 * 250 ms for the minute and three timeframes, and on a minute's close the folds and their histories. No timers, corrections,
 * repairs or restarts.
 */
export function handWritten(ticks: readonly Tick[]): number {
  const { clock, set } = seriesClock();
  const symbols = new Map<string, Symbol>();
  let candles = 0;

  const close = (symbol: string, state: Symbol) => {
    const candle = candleOf(symbol, state, '1min', state.openTime);
    candles++;
    sink.last = candle;
    for (const fold of state.folds) {
      const length = timeframeMs[fold.timeframe];
      const openTime = Math.floor(state.openTime / length) * length;
      if (fold.candle?.openTime !== openTime)
        fold.candle = { ...candle, timeframe: fold.timeframe, openTime, closeTime: openTime + length };
      else merge(fold.candle, candle);
      if (candle.closeTime === fold.candle.closeTime) {
        fold.history.push(fold.candle);
        candles++;
        sink.last = fold.candle;
      }
    }
    const waiting = state.nextTicks;
    reset(state, state.openTime + minute);
    for (const tick of waiting) add(state, tick);
  };

  for (const tick of ticks) {
    set(tick.receivedTime);
    const { symbol, price, eventTime, receivedTime } = tick;
    if (!(price > 0 && price < Infinity) || !(eventTime <= clock.now() + 1000)) continue;
    let state = symbols.get(symbol);
    if (state === undefined) {
      state = newSymbol(symbol, Math.floor(eventTime / minute) * minute);
      symbols.set(symbol, state);
    }
    state.lags[state.measured++ & 255] = receivedTime - eventTime;
    if (eventTime < state.openTime) continue;
    if (eventTime >= state.openTime + minute) {
      state.nextTicks.push(tick);
      while (eventTime - graceMs >= state.openTime + minute) close(symbol, state);
    } else add(state, tick);
    if (clock.now() - state.formingSaid >= 250) {
      state.formingSaid = clock.now();
      const forming = candleOf(symbol, state, '1min', state.openTime);
      candles++;
      sink.last = forming;
      for (const fold of state.folds) {
        sink.last = merge({ ...(fold.candle ?? forming) }, forming);
        candles++;
      }
    }
  }
  return candles;
}

function newSymbol(symbol: string, openTime: number): Symbol {
  const state = {
    lags: new Float64Array(256),
    measured: 0,
    formingSaid: 0,
    folds: benchTimeframes.map((timeframe) => ({
      timeframe,
      history: createHistory(symbol, timeframe, 250),
      candle: undefined,
    })),
  } as unknown as Symbol;
  reset(state, openTime);
  return state;
}

function reset(state: Symbol, openTime: number): void {
  state.openTime = openTime;
  state.nextTicks = [];
  state.open = NaN;
  state.high = -Infinity;
  state.low = Infinity;
  state.close = NaN;
  state.ticks = 0;
  state.firstTick = Infinity;
  state.lastTick = -Infinity;
  state.silence = 0;
}

function add(state: Symbol, { price, eventTime }: Tick): void {
  if (eventTime >= state.lastTick) {
    const before = state.ticks === 0 ? state.openTime : state.lastTick;
    if (eventTime - before > state.silence) state.silence = eventTime - before;
    state.lastTick = eventTime;
    state.close = price;
  }
  if (eventTime < state.firstTick) {
    state.firstTick = eventTime;
    state.open = price;
  }
  if (price > state.high) state.high = price;
  if (price < state.low) state.low = price;
  state.ticks++;
}

function candleOf(symbol: string, state: Symbol, timeframe: Timeframe, openTime: number): Candle {
  return {
    symbol,
    timeframe,
    openTime,
    closeTime: openTime + minute,
    open: state.open,
    high: state.high,
    low: state.low,
    close: state.close,
    volume: state.ticks,
    volumeKind: 'ticks',
    ticks: state.ticks,
    complete: true,
    source: 'ticks',
    lateTicks: 0,
    longestSilenceMs: Math.max(state.silence, openTime + minute - state.lastTick),
    revision: 0,
  };
}

function merge(into: Candle, candle: Candle): Candle {
  into.high = Math.max(into.high, candle.high);
  into.low = Math.min(into.low, candle.low);
  into.close = candle.close;
  into.volume += candle.volume;
  into.ticks += candle.ticks;
  into.longestSilenceMs = Math.max(into.longestSilenceMs, candle.longestSilenceMs);
  return into;
}
