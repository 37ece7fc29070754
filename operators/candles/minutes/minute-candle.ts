import type { Bar, Candle } from '../../../schema/candle.ts';
import { longestSilence, type MinuteWindow } from './minute-window.ts';
import { minuteMs } from '../../../schema/timeframe.ts';

/** The candle of a minute's ticks. `traded` is its volume where the feed carries one, else the ticks are counted. */
export function minuteCandle(
  symbol: string,
  window: MinuteWindow,
  traded: number | undefined,
  complete: boolean,
): Candle {
  return {
    symbol,
    timeframe: '1min',
    openTime: window.openTime,
    closeTime: window.openTime + minuteMs,
    open: window.open,
    high: window.high,
    low: window.low,
    close: window.close,
    volume: traded ?? window.ticks,
    volumeKind: traded === undefined ? 'ticks' : 'traded',
    ticks: window.ticks,
    complete,
    source: 'ticks',
    lateTicks: 0,
    longestSilenceMs: longestSilence(window),
    revision: 0,
  };
}

/** The candle of a minute as REST has it. */
export function restCandle(
  symbol: string,
  bar: Bar,
  ticks: number,
  lateTicks: number,
  revision: number,
): Candle {
  return {
    symbol,
    timeframe: '1min',
    openTime: bar.openTime,
    closeTime: bar.openTime + minuteMs,
    open: bar.open,
    high: bar.high,
    low: bar.low,
    close: bar.close,
    volume: bar.volume ?? 0,
    volumeKind: bar.volume === undefined ? 'none' : 'traded',
    ticks,
    complete: true,
    source: 'rest',
    lateTicks,
    longestSilenceMs: 0,
    revision,
  };
}
