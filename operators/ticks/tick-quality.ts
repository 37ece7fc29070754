import { type MonoTypeOperatorFunction, Observable, type SchedulerLike } from 'rxjs';
import type { Tick } from '../../schema/tick.ts';
import { DirectSubscriber } from '../rx/direct-subscriber.ts';

/** `price`: not finite and positive. `time`: too far ahead of the clock. `symbol`: nobody asked for it. */
export type TickFault = 'price' | 'time' | 'symbol';

export interface TickQualityOptions {
  readonly clock: SchedulerLike;
  /** How far ahead of the corrected clock an event may be, ms. */
  readonly maxAheadMs: number;
  /** How far our clock is behind the feed's, ms, at least 0. @default 0 */
  readonly offsetOf?: () => number;
  /** @default every symbol */
  readonly known?: (symbol: string) => boolean;
  readonly onReject?: (fault: TickFault, tick: Tick) => void;
}

/**
 * Emits the ticks that can be true, and reports the others.
 *
 *     ticks  -a-b-c-d-|
 *     out    -a---c-d-|   b has a negative price
 *
 * None is rejected for its size: doubt is the data-quality gate's. Causal.
 */
export function tickQuality(options: TickQualityOptions): MonoTypeOperatorFunction<Tick> {
  const { clock, maxAheadMs, offsetOf = () => 0, known = () => true, onReject } = options;

  const faultOf = (tick: Tick): TickFault | undefined => {
    if (!(tick.price > 0 && tick.price < Infinity)) return 'price';
    if (!(tick.eventTime <= clock.now() + offsetOf() + maxAheadMs && tick.eventTime > 0)) return 'time';
    return known(tick.symbol) ? undefined : 'symbol';
  };

  return (source) =>
    new Observable((subscriber) => {
      source.subscribe(
        new DirectSubscriber<Tick, Tick>(subscriber, (tick) => {
          const fault = faultOf(tick);
          if (fault === undefined) subscriber.next(tick);
          else onReject?.(fault, tick);
        }),
      );
    });
}
