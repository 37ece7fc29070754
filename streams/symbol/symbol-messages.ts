import type { AnalysedClose } from '../../operators/analysis/analysed-close.ts';
import type { CandleEvent, MarketInput } from '../../schema/market-event.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import type { Backfilled } from './backfill.ts';
import type { Interruption } from '../provider/interruptions.ts';
import type { Histories } from './symbol-histories.ts';

/** Input of a symbol's actor. `watch` only starts it. */
export type SymbolInput =
  | { readonly kind: 'watch'; readonly symbol: string }
  | Extract<MarketInput, { kind: 'tick' }>
  | (Interruption & { readonly symbol: string })
  | AnalysedClose;

export const symbolOfInput = (input: SymbolInput): string =>
  input.kind === 'tick' ? input.tick.symbol : input.symbol;

/** Output of a symbol's actor. */
export type SymbolOutput =
  /** Its state is restored, and it receives input. The histories are its own: read them, never write. */
  | {
      readonly kind: 'started';
      readonly symbol: string;
      readonly histories: Histories;
    }
  | { readonly kind: 'market'; readonly symbol: string; readonly event: CandleEvent }
  /** Minutes from REST, as they enter the candle windows. */
  | {
      readonly kind: 'repaired';
      readonly symbol: string;
      readonly minutes: Extract<MarketInput, { kind: 'minutes' }>;
    }
  | { readonly kind: 'backfilled'; readonly symbol: string; readonly filled: Backfilled }
  /** The signal events of one cause, to be stored in one transaction. */
  | { readonly kind: 'signals'; readonly symbol: string; readonly events: readonly SignalEvent[] };
