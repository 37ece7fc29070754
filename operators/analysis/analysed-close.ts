import type { CandleColumns } from '../../models/candle-columns.ts';
import type { Decision } from '../../schema/signal.ts';
import type { FollowedChange } from '../../schema/strategies/experience.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { WindowQuality } from './window-quality.ts';

/** The last closed candles of other timeframes than a close's own, oldest first. */
export type Frames = { readonly [T in Timeframe]?: CandleColumns };

/** A closed candle and its analysis, before any gate. */
export interface AnalysedClose {
  readonly kind: 'analysed';
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Unix ms. */
  readonly closeTime: number;
  /** `posted`: candles of an outside source, which are trusted. */
  readonly source: 'live' | 'posted';
  /** May it alert and be posted? A late one is shown, nothing else. */
  readonly timely: boolean;
  readonly decision: Decision;
  /** The window that was analysed, oldest first. */
  readonly columns: CandleColumns;
  /** What a strategy was given of other timeframes. @default nothing */
  readonly frames?: Frames;
  /** Null where the window is not to be judged. */
  readonly quality: WindowQuality | null;
  readonly horizonBars: number;
  /** Cost of entry and exit together, price units. */
  readonly cost: number;
  /** What it has changed of the candidates that its assignment's experience follows. @default nothing */
  readonly followed?: FollowedChange | undefined;
}
