import type { Decision, Signal } from '../../../../schema/signal.ts';
import { isApart } from '../../format/whose.ts';
import { isIssued, keyOf, type Signals } from '../signals.ts';

/** The signals of one symbol and timeframe: those that were issued, and the latest state, which may be WAIT. */
export interface ChartSignals {
  readonly issued: readonly Signal[];
  readonly all: readonly (Signal | Decision)[];
  readonly last: Signal | Decision | undefined;
}

export function chartSignals(known: Signals, symbol: string, timeframe: string): ChartSignals {
  const issued = [...known.byId.values()].filter(
    (signal) => signal.symbol === symbol && signal.timeframe === timeframe,
  );
  const heard = known.last.get(keyOf(symbol, timeframe));
  const last = heard !== undefined && isIssued(heard) ? (known.byId.get(heard.id) ?? heard) : heard;
  return { issued, last, all: last === undefined || isIssued(last) ? issued : [...issued, last] };
}

/** Whose levels the chart draws: the selected signal's, else those of the one that is open and that followers have. */
export function shownSignal(here: ChartSignals, selectedId: string | null): Signal | undefined {
  return (
    here.issued.find((signal) => signal.id === selectedId) ??
    here.issued.find((signal) => signal.status === 'open' && !isApart(signal))
  );
}
