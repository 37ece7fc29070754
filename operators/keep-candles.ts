import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import type { CandleEvent } from '../schema/market-event.ts';
import type { Timeframe } from '../schema/timeframe.ts';
import { DirectSubscriber } from './direct-subscriber.ts';
import type { RollingHistory } from './rolling-history.ts';

/**
 * Puts closed candles into the histories of their timeframes, before they go on: whoever hears of a close finds it there.
 *
 *     events  -c-f-f-c-|
 *     out     -c-f-f-c-|
 */
export function keepCandles(
  histories: ReadonlyMap<Timeframe, RollingHistory>,
): MonoTypeOperatorFunction<CandleEvent> {
  return (source) =>
    new Observable((subscriber) => {
      source.subscribe(
        new DirectSubscriber<CandleEvent, CandleEvent>(subscriber, (event) => {
          if (event.kind === 'candle') histories.get(event.candle.timeframe)?.push(event.candle);
          subscriber.next(event);
        }),
      );
    });
}
