import {
  defer,
  EMPTY,
  exhaustMap,
  filter,
  groupBy,
  mergeMap,
  type Observable,
  type OperatorFunction,
  reduce,
} from 'rxjs';
import { candleColumnsOf } from '../../operators/candles/candle-columns-of.ts';
import { discontinuity } from '../../models/chart/discontinuity.ts';
import type { Candle } from '../../schema/candle.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { type RetrySchedule, createRetrySchedule } from './retry-schedule.ts';
import { backfill, type Backfilled } from './backfill.ts';
import type { BackfilledHistoriesOptions } from './backfilled-histories.ts';
import { retryUntilAnswered } from './symbol-rest.ts';

export interface RenewedHistoriesOptions extends Omit<BackfilledHistoriesOptions, 'empty'> {
  /** Least size of a step, log units; see `discontinuity`. */
  readonly jumpStep: number;
}

/** Candles that an analysis uses. */
const bars = 250;
const none: ReadonlySet<number> = new Set();

/**
 * Requests a whole history again in which an analysis found a break: a provider restates all bars before a split, and corrects wrong
 * prices. The answer is adopted if the break is gone or at most half as large, and else rejected. The provider may restate it only the next
 * day, so requests become less frequent: at once, after 10 minutes, up to once a day, a credit or two each time.
 *
 *     broken    -s---s---s-----------------s-|
 *     answers   --(s)--------(s)------------(restated)
 *     out       -----------------------------R-|
 */
export function renewedHistories(options: RenewedHistoriesOptions): OperatorFunction<Timeframe, Backfilled> {
  return (broken$) =>
    defer(() => {
      const schedule = createRetrySchedule<Timeframe>();
      return broken$.pipe(
        filter((timeframe) => options.histories.has(timeframe)),
        groupBy((timeframe) => timeframe),
        mergeMap((each$) =>
          each$.pipe(
            filter((timeframe) => schedule.isDue(timeframe, options.clock.now())),
            exhaustMap((timeframe) => renewed(options, timeframe, schedule)),
          ),
        ),
      );
    });
}

function renewed(
  options: RenewedHistoriesOptions,
  timeframe: Timeframe,
  schedule: RetrySchedule<Timeframe>,
): Observable<Backfilled> {
  const { clock, symbol, ask, histories, historySize, decidedTo, openMillis, jumpStep } = options;
  return backfill({
    symbol,
    timeframe,
    grid: options.gridOf(timeframe),
    isProviderGrid: options.isProviderGrid(timeframe),
    ...(options.foldFrom !== undefined && { foldFrom: options.foldFrom }),
    tradedMillis: openMillis,
    now: () => clock.now(),
    decidedTo,
    count: historySize,
    have: () => none,
    empty: () => none,
    ask,
  }).pipe(
    // All pages of a history or none: a half restated one would have a break of its own.
    reduce((all: readonly Candle[], { candles }) => [...candles, ...all], []),
    retryUntilAnswered(options, timeframe),
    mergeMap((candles) => {
      const known = histories.get(timeframe)?.candles() ?? [];
      const restated = merged(known, candles);
      schedule.attempted(timeframe, clock.now());
      if (!isCorrected(known, restated, jumpStep)) return EMPTY;
      return [
        {
          timeframe,
          candles: candles.filter(({ complete }) => complete).filter(differsFrom(known)),
          empty: [],
          spoilt: [],
        },
      ];
    }),
  );
}

function merged(known: readonly Candle[], candles: readonly Candle[]): readonly Candle[] {
  const byOpen = new Map([...known, ...candles].map((candle) => [candle.openTime, candle]));
  return [...byOpen.values()].sort((a, b) => a.openTime - b.openTime);
}

function isCorrected(before: readonly Candle[], after: readonly Candle[], jumpStep: number): boolean {
  const breakOf = (candles: readonly Candle[]) => {
    const window = candles.slice(-bars);
    return window.length < 3 ? null : discontinuity(candleColumnsOf(window), jumpStep);
  };
  const [old, now] = [breakOf(before), breakOf(after)];
  return now === null || (old !== null && now.kind === old.kind && now.size < old.size / 2);
}

const differsFrom = (known: readonly Candle[]) => {
  const byOpen = new Map(known.map((candle) => [candle.openTime, candle]));
  return (candle: Candle): boolean => {
    const before = byOpen.get(candle.openTime);
    return (
      before === undefined ||
      before.open !== candle.open ||
      before.high !== candle.high ||
      before.low !== candle.low ||
      before.close !== candle.close
    );
  };
};
