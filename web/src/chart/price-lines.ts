import type { Decision, Signal } from '../../../schema/signal.ts';
import type { ChartColours } from './chart-colours.ts';

export interface Line {
  readonly price: number;
  readonly title: string;
  readonly color: string;
}

/** Entry, TP and SL of a signal as lines; none for WAIT, which has no levels. */
export function priceLines(signal: Signal | Decision | undefined, colours: ChartColours): readonly Line[] {
  if (signal === undefined || signal.tp === null || signal.sl === null) return [];
  return [
    { price: signal.tp, title: 'TP', color: colours.up },
    { price: signal.entry, title: signal.signal_type, color: colours.amber },
    { price: signal.sl, title: 'SL', color: colours.down },
  ];
}
