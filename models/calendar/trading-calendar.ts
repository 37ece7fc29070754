import type { Zone } from './zones.ts';

const hour = 3_600_000;

/** A stretch of trading on a date `[open, close)`, ms from that date's local midnight; negative: the evening before. */
export interface Hours {
  readonly open: number;
  readonly close: number;
}

/** When a market trades, by its own dates and clocks. */
export interface TradingCalendar {
  readonly zone: Zone;
  /** Sessions of a date (its midnight as if UTC, ms), in order; none where the market stays closed. */
  readonly sessionsOf: (date: number) => readonly Hours[];
  /** An exchange rings bells, and windows count from the first one of a day; a market around the clock has none. */
  readonly hasBells: boolean;
  /** It stops for lunch. */
  readonly hasBreak?: boolean;
  /** The last year whose closings are known; undefined where they follow from rules. */
  readonly knownTo?: number;
}

/** `[[9.5, 16]]`: half past nine to four. */
export const hours = (...spans: readonly (readonly [open: number, close: number])[]): readonly Hours[] =>
  spans.map(([open, close]) => ({ open: open * hour, close: close * hour }));

export const closed: readonly Hours[] = [];
