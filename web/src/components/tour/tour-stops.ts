import type { View } from '../../state/selection.ts';

/** A part of the page that the first minute points at. */
export interface TourStop {
  readonly view: View;
  readonly part: string;
  readonly title: string;
  readonly text: string;
}

export const tourStops: readonly TourStop[] = [
  {
    view: 'market',
    part: '.watch',
    title: 'Prices',
    text: 'Every symbol with its live price. Choose one to see its chart; an arrow marks those with an open signal.',
  },
  {
    view: 'chart',
    part: '#chart',
    title: 'The chart and its levels',
    text: 'Candles as they form, and the entry, target and stop of an open signal. The line above the candles says whether there is a signal, how near one is, and why.',
  },
  {
    view: 'signals',
    part: '#signals',
    title: 'Signals',
    text: 'Each call, newest first, with its chance, what it has to beat, and how it ended. Open one to read its story from the candle’s close to its end.',
  },
  {
    view: 'results',
    part: '.results',
    title: 'Results',
    text: 'What the signals came to, after cost, and how much of that luck alone could explain. A dotted word says what it means when you press it.',
  },
];
