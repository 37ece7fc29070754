import { isDeepStrictEqual } from 'node:util';
import { WINDOW } from '../../models/decision/analyse.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { aggregateCandles } from '../aggregate-candles.ts';
import type { SignalFunction } from './signal-functions.ts';

export interface Audit {
  bars: number;
  /** Bars whose signal changed when the future was taken away. */
  differing: number[];
}

/**
 * Asks a signal function for the same bars twice: with the whole month in its hands, and with minutes that end at the bar's close. Folding
 * the minutes is part of what is audited. `every` takes each so-manieth bar.
 */
export function auditSignals(
  minutes: CandleColumns,
  barMs: number,
  signal: SignalFunction,
  every = 1,
): Audit {
  const candles = aggregateCandles(minutes, barMs);
  const differing: number[] = [];
  let bars = 0;
  for (let bar = WINDOW - 1; bar < candles.close.length; bar += every) {
    const closeTime = candles.time[bar]! + barMs;
    const past = aggregateCandles(between(minutes, candles.time[bar + 1 - WINDOW]!, closeTime), barMs);
    bars++;
    if (!isDeepStrictEqual(signal(candles, bar), signal(past, past.close.length - 1))) differing.push(bar);
  }
  return { bars, differing };
}

/** Minutes that open from `from` and before `to`, copied: nothing after them is in the same memory. */
function between(minutes: CandleColumns, from: number, to: number): CandleColumns {
  const first = minutes.time.findIndex((time) => time >= from);
  const next = minutes.time.findIndex((time) => time >= to);
  const cut = (values: Float64Array): Float64Array => values.slice(first, next < 0 ? undefined : next);
  const { time, open, high, low, close, volume, volumeKind } = minutes;
  return {
    time: cut(time),
    open: cut(open),
    high: cut(high),
    low: cut(low),
    close: cut(close),
    volume: cut(volume),
    volumeKind,
  };
}
