import type { Timeframe } from '../../schema/timeframe.ts';
import type { ResolvedFrame, SignalFrame } from '../../schema/wire.ts';

/** The latest state of a symbol and timeframe: an issued signal, or the decision where the state is WAIT. */
export type LastSignal = Pick<SignalFrame, 'symbol' | 'timeframe' | 'signal' | 'timestamp'>;

/** The snapshot that a new subscriber receives. */
export interface LastSignals {
  readonly of: (symbol: string) => Iterable<LastSignal>;
  readonly remember: (last: LastSignal) => void;
  /** Adds the outcome to a signal, if that is still the latest. */
  readonly resolve: (frame: ResolvedFrame) => void;
  readonly forget: (symbol: string) => void;
  /** Symbols remembered. */
  readonly size: () => number;
}

export function lastSignals(): LastSignals {
  const bySymbol = new Map<string, Map<Timeframe, LastSignal>>();
  const remember = ({ symbol, timeframe, signal, timestamp }: LastSignal) => {
    let known = bySymbol.get(symbol);
    if (known === undefined) bySymbol.set(symbol, (known = new Map()));
    known.set(timeframe, { symbol, timeframe, signal, timestamp });
  };
  return {
    of: (symbol) => bySymbol.get(symbol)?.values() ?? [],
    remember,
    resolve: ({ symbol, timeframe, id, outcome, timestamp }) => {
      const signal = bySymbol.get(symbol)?.get(timeframe)?.signal;
      if (signal === undefined || !('id' in signal) || signal.id !== id) return;
      remember({ symbol, timeframe, timestamp, signal: { ...signal, status: outcome.status, outcome } });
    },
    forget: (symbol) => void bySymbol.delete(symbol),
    size: () => bySymbol.size,
  };
}
