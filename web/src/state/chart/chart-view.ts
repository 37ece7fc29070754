import { createStore } from '../create-store.ts';

/** A stretch of time, Unix seconds. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** What the chart is to show next; it is taken away once the chart shows it. */
export const wantedRange = createStore<TimeRange | null>(null);

/** The range the user has moved the chart to; null while it is where it stands by itself. */
export const seenRange = createStore<TimeRange | null>(null);

/** The range that a link asks for; taken away once its candles are there. */
export const linkedRange = createStore<TimeRange | null>(null);
