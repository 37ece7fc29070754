import type { Bar, Candle } from './candle.ts';
import type { Tick } from './tick.ts';

/** What reaches a symbol's candle windows. */
export type MarketInput =
  | { readonly kind: 'tick'; readonly tick: Tick }
  /** The feed was not, or not surely, heard in `[from, to)`: a start, a disconnect, a stall of our own loop. */
  | { readonly kind: 'interruption'; readonly from: number; readonly to: number; readonly reason: string }
  /** REST's 1min bars of `[from, to)`, oldest first, all finished. A minute absent here is confirmed empty. */
  | { readonly kind: 'minutes'; readonly from: number; readonly to: number; readonly bars: readonly Bar[] };

/** What a symbol's candle windows say. */
export type CandleEvent =
  | {
      readonly kind: 'candle';
      readonly candle: Candle;
      /** False: the forming candle, for display only. */
      readonly closed: boolean;
      /** Closed and complete, and not later after its close than 60 s or a tenth of its timeframe: may alert and be posted. */
      readonly timely: boolean;
    }
  /** REST answered that these windows hold no trade: nobody needs to ask again. */
  | { readonly kind: 'empty'; readonly timeframe: '1min'; readonly openTimes: readonly number[] }
  /** Minutes of `[from, to)` want replacing from REST, as soon as the clock is past `notBefore`. */
  | { readonly kind: 'repair'; readonly from: number; readonly to: number; readonly notBefore: number };

/** State of the upstream feed, as clients, `/health` and the metrics see it. */
export type FeedState = 'connecting' | 'live' | 'silent' | 'closed_market' | 'disconnected' | 'refused';
