import type { Signal } from '../../../schema/signal.ts';
import type { Filters } from './selection.ts';

/** The signals the filters let through, in the order they came. */
export function filterSignals(all: Iterable<Signal>, filters: Filters, hidden: readonly string[]): Signal[] {
  return [...all].filter(
    (signal) =>
      !hidden.includes(signal.symbol) &&
      matches(filters.symbol, signal.symbol) &&
      matches(filters.timeframe, signal.timeframe) &&
      matches(filters.side, signal.signal_type) &&
      matches(filters.status, signal.status) &&
      matches(filters.assignment ?? '', signal.assignment ?? 'regime'),
  );
}

const matches = (wanted: string, actual: string) => wanted === '' || wanted === actual;
