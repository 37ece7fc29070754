import type { FeedState } from '../../schema/market-event.ts';
import type { Tick } from '../../schema/tick.ts';
import type { RefusedSymbol } from './socket/twelvedata-frame.ts';

/** What the upstream feed says. Times Unix ms, symbols in public form. */
export type FeedEvent =
  | { readonly kind: 'tick'; readonly tick: Tick }
  | { readonly kind: 'state'; readonly state: FeedState; readonly reason?: string; readonly at: number }
  /** The provider's word on symbols, as it comes: each list holds what changed. */
  | {
      readonly kind: 'symbols';
      readonly accepted: readonly string[];
      readonly refused: readonly RefusedSymbol[];
    };
