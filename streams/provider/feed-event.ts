import type { FeedState } from '../../schema/market-event.ts';
import type { Tick } from '../../schema/tick.ts';

/** A symbol that the provider does not serve, and its reason. */
export interface RefusedSymbol {
  readonly symbol: string;
  readonly reason: string;
  /** Nothing was said on it at all: the acknowledgement may still come, or never. */
  readonly isUnanswered?: true;
}

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
