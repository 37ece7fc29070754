import type { SchedulerLike } from 'rxjs';

/** Symbols that the provider has refused, so that asking for one again costs no frame. */
export interface RefusedSymbols {
  readonly add: (symbol: string) => void;
  readonly has: (symbol: string) => boolean;
}

/** Symbols remembered at most; the oldest is forgotten. */
const most = 1_000;

/** Forgets a symbol after `forMs`. */
export function createRefusedSymbols(clock: SchedulerLike, forMs: number): RefusedSymbols {
  const refusedAt = new Map<string, number>();
  return {
    add: (symbol) => {
      refusedAt.set(symbol, clock.now());
      const [oldest] = refusedAt.keys();
      if (refusedAt.size > most && oldest !== undefined) refusedAt.delete(oldest);
    },
    has: (symbol) => {
      const at = refusedAt.get(symbol);
      if (at !== undefined && clock.now() - at >= forMs) refusedAt.delete(symbol);
      return refusedAt.has(symbol);
    },
  };
}
