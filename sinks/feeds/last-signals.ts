import { placeOf } from '../../schema/strategies/assignment.ts';
import type { ResolvedFrame, SignalFrame } from '../../schema/wire.ts';

/** The latest state of a symbol, timeframe and assignment: an issued signal, or the decision where the state is WAIT. */
export type LastSignal = Pick<SignalFrame, 'symbol' | 'timeframe' | 'signal' | 'timestamp'>;

/** `revision`: of its last change. */
export interface Remembered {
  readonly last: LastSignal;
  readonly revision: number;
}

/** The snapshot that a new subscriber receives. */
export interface LastSignals {
  readonly of: (symbol: string) => Iterable<Remembered>;
  /** Counts up with each change of any symbol. */
  readonly revision: () => number;
  readonly remember: (last: LastSignal) => void;
  /** Adds the outcome to a signal, if that is still the latest. */
  readonly resolve: (frame: ResolvedFrame) => void;
  readonly forget: (symbol: string) => void;
  /** Symbols remembered. */
  readonly size: () => number;
}

export function lastSignals(): LastSignals {
  const bySymbol = new Map<string, Map<string, Remembered>>();
  let revision = 0;
  const remember = ({ symbol, timeframe, signal, timestamp }: LastSignal) => {
    let known = bySymbol.get(symbol);
    if (known === undefined) bySymbol.set(symbol, (known = new Map()));
    known.set(placeOf({ ...signal, timeframe }), {
      last: { symbol, timeframe, signal, timestamp },
      revision: ++revision,
    });
  };
  return {
    of: (symbol) => bySymbol.get(symbol)?.values() ?? [],
    revision: () => revision,
    remember,
    resolve: ({ symbol, timeframe, id, outcome, timestamp, assignment }) => {
      const signal = bySymbol.get(symbol)?.get(placeOf({ timeframe, assignment }))?.last.signal;
      if (signal === undefined || !('id' in signal) || signal.id !== id) return;
      remember({ symbol, timeframe, timestamp, signal: { ...signal, status: outcome.status, outcome } });
    },
    forget: (symbol) => void bySymbol.delete(symbol),
    size: () => bySymbol.size,
  };
}
