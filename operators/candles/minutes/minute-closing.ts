import type { CandleEvent } from '../../../schema/market-event.ts';
import { minuteMs } from '../../../schema/timeframe.ts';
import type { DayVolume } from '../day-volume.ts';
import { isTimely } from '../is-timely.ts';
import { minuteCandle } from './minute-candle.ts';
import type { MinuteLedger } from './minute-ledger.ts';
import type { MinuteWindow } from './minute-window.ts';
import type { OpenMinutes } from './open-minutes.ts';

export interface MinuteClosingOptions {
  readonly symbol: string;
  /** Unix ms. */
  readonly now: () => number;
  readonly open: OpenMinutes;
  readonly ledger: MinuteLedger;
  readonly volume: DayVolume;
  readonly emit: (event: CandleEvent) => void;
}

/**
 * Closes the minutes of `[from, to)`, Unix ms, and open ones before: those with ticks as candles, stretches of others as `quiet`.
 * `isWhole`: has the feed been there for the whole of a minute?
 */
export function minuteClosing({ symbol, now, open, ledger, volume, emit }: MinuteClosingOptions) {
  const windows = open.all;
  let quietFrom = NaN;
  let quietHeard = true;

  function emitQuiet(until: number) {
    if (!Number.isNaN(quietFrom)) emit({ kind: 'quiet', from: quietFrom, to: until, heard: quietHeard });
    quietFrom = NaN;
  }

  function closeWindow(window: MinuteWindow, isWhole: boolean) {
    const candle = minuteCandle(symbol, window, volume.close(window), isWhole);
    const { firstTick, lastTick } = window;
    ledger.set(candle.openTime, isWhole ? 'complete' : 'incomplete', 0);
    ledger.remember({ candle, firstTick, lastTick, late: 0 });
    open.drop();
    emit({ kind: 'candle', candle, timely: isTimely(candle, now()), edges: { firstTick, lastTick } });
  }

  return (from: number, to: number, isWhole: (openTime: number) => boolean): void => {
    while (windows[0] !== undefined && windows[0].openTime < from)
      closeWindow(windows[0], isWhole(windows[0].openTime));
    for (let at = from; at < to; at += minuteMs) {
      const heard = isWhole(at);
      if (windows[0]?.openTime === at) {
        emitQuiet(at);
        closeWindow(windows[0], heard);
      } else {
        if (heard !== quietHeard) emitQuiet(at);
        if (Number.isNaN(quietFrom)) quietFrom = at;
        quietHeard = heard;
        ledger.set(at, heard ? 'quiet' : 'gap');
      }
    }
    emitQuiet(to);
  };
}
