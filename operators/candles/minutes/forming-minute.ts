import type { CandleEvent } from '../../../schema/market-event.ts';
import type { DayVolume } from '../day-volume.ts';
import type { FeedGap } from '../feed-gap.ts';
import { minuteCandle } from './minute-candle.ts';
import type { MinuteWindow } from './minute-window.ts';

export interface FormingMinuteOptions {
  readonly symbol: string;
  /** Unix ms. */
  readonly now: () => number;
  /** Least time between two forming candles, ms. */
  readonly formingMs: number;
  readonly gap: FeedGap;
  /** How far event times run ahead of our clock, ms. */
  readonly ahead: () => number;
  readonly volume: DayVolume;
  readonly emit: (event: CandleEvent) => void;
}

/** Emits the forming candle of the newest minute, at most one every `formingMs`; called for each tick. */
export function formingMinute({ symbol, now, formingMs, gap, ahead, volume, emit }: FormingMinuteOptions) {
  let emittedAt = -Infinity;
  return (window: MinuteWindow): void => {
    const at = now();
    if (at - emittedAt < formingMs) return;
    emittedAt = at;
    const complete = !gap.touches(window.openTime, ahead);
    const candle = minuteCandle(symbol, window, volume.of(window), complete);
    const { firstTick, lastTick } = window;
    emit({ kind: 'forming', candles: [candle], edges: { firstTick, lastTick } });
  };
}
