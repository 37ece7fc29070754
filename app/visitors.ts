import type { Config } from '../config.ts';

/** What symbols get that are not configured: those that subscribers ask for. */
export interface Visitors {
  /** Are the live closes of this symbol analysed? */
  readonly isAnalysed: (symbol: string) => boolean;
  /** Do followers get its signals? */
  readonly isConfigured: (symbol: string) => boolean;
  /** May a subscriber ask for it? */
  readonly mayAsk: (symbol: string) => boolean;
}

/** Followers get the configured symbols alone: what a stranger subscribes to never reaches them. */
export function visitorsOf({
  SYMBOLS,
  VISITORS_MAY_ADD,
}: Pick<Config, 'SYMBOLS' | 'VISITORS_MAY_ADD'>): Visitors {
  const own = new Set(SYMBOLS);
  return {
    isAnalysed: (symbol) => own.has(symbol) || VISITORS_MAY_ADD === 'signals',
    isConfigured: (symbol) => own.has(symbol),
    mayAsk: (symbol) => own.has(symbol) || VISITORS_MAY_ADD !== 'none',
  };
}
