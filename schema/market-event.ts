import type { Bar, Candle } from './candle.ts';
import type { Tick } from './tick.ts';

/** What reaches a symbol's candle windows. */
export type MarketInput =
  | { readonly kind: 'tick'; readonly tick: Tick }
  /**
   * The feed was, or may have been, interrupted in `[from, to)` of our clock: a start, a disconnect, a stall of our own loop.
   * Emitted when it begins, with `to: Infinity`, so that no minute closes as complete meanwhile, and again with its end.
   */
  | { readonly kind: 'interruption'; readonly from: number; readonly to: number; readonly reason: string }
  /** REST's 1min bars of `[from, to)`, oldest first, all finished. A minute absent here is confirmed empty. */
  | { readonly kind: 'minutes'; readonly from: number; readonly to: number; readonly bars: readonly Bar[] };

/** Event times of the first and last tick of a minute, Unix ms. */
export interface MinuteEdges {
  readonly firstTick: number;
  readonly lastTick: number;
}

/** What a symbol's candle windows emit. */
export type CandleEvent =
  /** A closed candle, or a closed one that is corrected. */
  | {
      readonly kind: 'candle';
      readonly candle: Candle;
      /** Complete, and not later after its close than 60 s or a tenth of its timeframe: may alert and be posted. */
      readonly timely: boolean;
      /** Of a minute, where they are known. */
      readonly edges?: MinuteEdges;
    }
  /** The candles that one minute's ticks still change, its own first and one a longer timeframe: for display only. */
  | { readonly kind: 'forming'; readonly candles: readonly Candle[]; readonly edges: MinuteEdges }
  /** Closed minutes of `[from, to)` without a candle: without trades where `heard`, else possibly missed. Consumed by fold-windows. */
  | { readonly kind: 'quiet'; readonly from: number; readonly to: number; readonly heard: boolean }
  /** Every minute that closes at or before `to` is decided, and its changes have been emitted. Consumed by fold-windows. */
  | { readonly kind: 'decided'; readonly to: number }
  /** REST confirmed that these windows hold no trade: they need not be requested again. */
  | { readonly kind: 'empty'; readonly timeframe: '1min'; readonly openTimes: readonly number[] }
  /** Minutes of `[from, to)` are to be replaced from REST, as soon as the clock is past `notBefore`. */
  | { readonly kind: 'repair'; readonly from: number; readonly to: number; readonly notBefore: number };

/** State of the upstream feed, as clients, `/health` and the metrics see it. */
export type FeedState = 'connecting' | 'live' | 'silent' | 'closed_market' | 'disconnected' | 'refused';
