import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import type { Candle } from '../../schema/candle.ts';
import type { CandleEvent } from '../../schema/market-event.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { DirectSubscriber } from '../rx/direct-subscriber.ts';
import type { RollingHistory } from './rolling-history.ts';

type Close = Extract<CandleEvent, { kind: 'candle' }>;

/**
 * Puts closed candles into the histories of their timeframes, before they are emitted: a receiver of a close finds it there.
 *
 *     events  -c-f-f-c-C-|   a backfill had brought C before
 *     out     -c-f-f-c---|
 *
 * The windows do not know what a backfill has brought: a close that changes nothing of such a candle ends here, and one that does is
 * given a revision above all that were emitted of it.
 */
export function keepCandles(
  histories: ReadonlyMap<Timeframe, RollingHistory>,
  /** Minutes in which nothing traded, Unix ms: noted before they go on. */
  onEmpty: (openTimes: readonly number[]) => void = () => {},
): MonoTypeOperatorFunction<CandleEvent> {
  return (source) =>
    new Observable((subscriber) => {
      source.subscribe(
        new DirectSubscriber<CandleEvent, CandleEvent>(subscriber, (event) => {
          if (event.kind === 'empty') onEmpty(event.openTimes);
          const history = event.kind === 'candle' ? histories.get(event.candle.timeframe) : undefined;
          const news = event.kind === 'candle' && history !== undefined ? kept(event, history) : event;
          if (news !== undefined) subscriber.next(news);
        }),
      );
    });
}

function kept(close: Close, history: RollingHistory): Close | undefined {
  const { candle, timely } = close;
  const before = history.at(candle.openTime);
  if (before === undefined || candle.revision > before.revision) {
    history.push(candle);
    return close;
  }
  if (before.complete && !candle.complete) return undefined;
  if (!timely && before.complete === candle.complete && isSame(before, candle)) return undefined;
  const later = { ...close, candle: { ...candle, revision: before.revision + 1 } };
  history.push(later.candle);
  return later;
}

const isSame = (a: Candle, b: Candle) =>
  a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close;
