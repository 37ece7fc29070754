import type { MonoTypeOperatorFunction, Observable, SchedulerLike } from 'rxjs';
import type { TimeSlices } from '../../operators/analysis/time-slices.ts';
import type { LagBook } from '../../operators/ticks/lag-book.ts';
import type { Tick } from '../../schema/tick.ts';
import type { ClockSet } from '../clock/trusted-clock.ts';
import type { FeedEvent } from './feed-event.ts';
import type { Interruption } from './interruptions.ts';

/**
 * The time that a market is judged by, and all that follows from where it comes from: the machine's clock (`wall-time.ts`), or the
 * ticks themselves (`feed-time.ts`).
 */
export interface MarketTime {
  /** Windows, expiries, gates and market hours. Its `now` in Unix ms. */
  readonly clock: SchedulerLike;
  /** False before the first tick where the ticks are the clock: `now` is 0 then, and nothing can be judged by it. */
  readonly isKnown: () => boolean;
  /** A tick further ahead of the clock is rejected, ms. */
  readonly maxAheadMs: number;
  /** Takes every tick of the provider, before any is rejected. */
  readonly observe: (tick: Tick) => void;
  /** What ticks that can be true do to the time, or the time to them, before they go on. Ticks of a time that nothing confirms are rejected. */
  readonly accept: (lags: LagBook, onReject: (tick: Tick) => void) => MonoTypeOperatorFunction<Tick>;
  /** What was not heard, from ticks that counted and states of the feed. */
  readonly unheard: (heard$: Observable<FeedEvent>) => Observable<Interruption>;
  /** A source from the moment that the time is known, by the first of `ticks$` if not before. */
  readonly onceKnown: <T>(source: Observable<T>, ticks$: Observable<Tick>) => Observable<T>;
  /** What an actor that starts now has surely not heard, where the feed is not interrupted. */
  readonly missedAtStart: () => Interruption | undefined;
  /** The time was set to another: what was built in the time before begins anew. */
  readonly set$: Observable<ClockSet>;
  /** How closes and analyses take turns with what comes in. @default all in the order of the clock */
  readonly pace: { readonly letInputFirst?: (then: () => void) => void; readonly slices?: TimeSlices };
}
