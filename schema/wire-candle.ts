import type { Candle, VolumeKind } from './candle.ts';

/** The fields of a candle that every answer and frame has, under their wire names. */
export interface WireCandle {
  /** Open, Unix seconds. */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly volume_kind: VolumeKind;
  readonly complete: boolean;
}

/** A candle under its wire names. */
export function wireCandle(candle: Candle): WireCandle {
  const { openTime, open, high, low, close, volume, volumeKind, complete } = candle;
  return {
    time: Math.floor(openTime / 1000),
    open,
    high,
    low,
    close,
    volume,
    volume_kind: volumeKind,
    complete,
  };
}
