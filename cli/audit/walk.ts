import type { SpacedCandles } from '../candles/spaced-candles.ts';
import type { Timeframe } from '../../schema/timeframe.ts';

/** What a walk is asked for. */
export interface WalkTask {
  /** Candles, minutes at best, as the walk's process has read them. */
  readonly minutes: SpacedCandles;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly costBps: number;
  readonly threads: number;
}

/** What was decided at one close, by name. */
export interface Decided {
  /** Close of the bar, Unix ms. */
  readonly at: number;
  readonly what: Readonly<Record<string, unknown>>;
}

/** A whole walk over a file: every decision it makes. The default export of a module that the audit runs in a process of its own. */
export type Walk = (task: WalkTask) => Promise<readonly Decided[]> | readonly Decided[];
