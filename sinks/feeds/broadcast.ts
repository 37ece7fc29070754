import type { Forecast } from '../../schema/forecast.ts';
import type { Outcome } from '../../schema/signal.ts';
import type { Candle } from '../../schema/candle.ts';
import type { Tick } from '../../schema/tick.ts';
import type { FeedFrame, SignalLogFrame } from '../../schema/wire.ts';
import type { LastSignal } from './last-signals.ts';
import type { Unwatched } from '../../schema/symbol/watch-answer.ts';

/** What an ingest tells everybody: the feeds of its own process, or over the bus those of others. */
export interface Broadcast {
  readonly tick: (tick: Tick) => void;
  readonly candle: (candle: Candle, closed: boolean) => void;
  readonly feed: (frame: FeedFrame) => void;
  /** A symbol is watched no more. */
  readonly released: (symbol: string) => void;
  /** The provider does not send a symbol after all. */
  readonly lost: (lost: { readonly symbol: string; readonly why: Unwatched }) => void;
  /** Frames of the signal log that have just been committed, in their order. */
  readonly committed: (frames: readonly SignalLogFrame[]) => void;
  /** What the levels of a reversed signal came to, committed: for those who learn, not for clients. */
  readonly judged: (forecast: Forecast, outcome: Outcome) => void;
  /** A decision that changed nothing: what newcomers get. */
  readonly decided: (last: LastSignal) => void;
}
