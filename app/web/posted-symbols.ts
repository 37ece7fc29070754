import { isPosted } from '../../operators/signals/outcomes/issued-trade.ts';
import type { Decision } from '../../schema/signal.ts';

/** Symbols that only posted candles have spoken of: nothing is to be asked of the provider for their signals. */
export interface PostedSymbols {
  readonly has: (symbol: string) => boolean;
  /** A decision was made, or is in the store. */
  readonly learn: (decision: Decision) => void;
}

export function postedSymbols(): PostedSymbols {
  const posted = new Set<string>();
  const live = new Set<string>();
  return {
    has: (symbol) => posted.has(symbol) && !live.has(symbol),
    learn: (decision) => void (isPosted(decision) ? posted : live).add(decision.symbol),
  };
}
