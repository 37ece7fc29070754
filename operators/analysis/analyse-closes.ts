import {
  asyncScheduler,
  from,
  Observable,
  type ObservableInput,
  type OperatorFunction,
  type SchedulerLike,
  take,
} from 'rxjs';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { WINDOW } from '../../models/decision/analyse.ts';
import type { Candle } from '../../schema/candle.ts';
import type { CandleEvent } from '../../schema/market-event.ts';
import { minuteMs, type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import type { AnalysedClose } from './analysed-close.ts';
import { candleColumnsOf } from '../candles/candle-columns-of.ts';
import { createTimeSlices, type TimeSlices } from './time-slices.ts';
import { windowQuality } from './window-quality.ts';

/** What an analysis adds to a close. */
export type CloseVerdict = Pick<AnalysedClose, 'decision' | 'horizonBars' | 'cost'>;

export interface AnalyseClosesOptions {
  readonly clock: SchedulerLike;
  /** Timeframes that are analysed. */
  readonly timeframes: readonly Timeframe[];
  /** The closed candles up to and including this one, oldest first, as many as an analysis takes; fewer if there are fewer. */
  readonly windowOf: (candle: Candle) => readonly Candle[];
  /** Bars an analysis takes. @default 250 */
  readonly bars?: number;
  /** One analysis; its first value counts. */
  readonly analyse: (columns: CandleColumns, candle: Candle) => ObservableInput<CloseVerdict>;
  /** Open time of the symbol's market between two instants, ms. */
  readonly openMillis: (from: number, to: number) => number;
  /** The same less the windows of a timeframe that are known to be empty, ms. @default openMillis */
  readonly tradedMillis?: (timeframe: Timeframe, from: number, to: number) => number;
  /** An analysis failed; the stream goes on. */
  readonly onFailure?: (error: unknown, candle: Candle) => void;
  /** A close was superseded by a newer one of its timeframe before its analysis. */
  readonly onSuperseded?: (candle: Candle) => void;
  /** When a window is copied and handed over. @default shared time slices on the wall clock, the clock's next action on a virtual one */
  readonly slices?: TimeSlices;
}

interface Waiting extends Pick<AnalysedClose, 'timely'> {
  readonly candle: Candle;
}

/** One for all symbols: they close at the same instants. */
export const sharedSlices = createTimeSlices();

/**
 * Analyses the complete closes of one symbol, one at a time, the longest timeframe of an instant first.
 *
 *     events    (mh)--------m--m---|        m 1min, h 1h, closed at one instant
 *     analyses  -----h---m---------m|       the second m was superseded by the third
 *
 * Candles never wait for it: while one is analysed, the newest close of each timeframe waits and an older one is dropped
 * and counted. Forming, incomplete and already analysed candles pass by. Completes when the last analysis has. Causal.
 */
export function analyseCloses(options: AnalyseClosesOptions): OperatorFunction<CandleEvent, AnalysedClose> {
  const { clock, timeframes, windowOf, bars = WINDOW, analyse, openMillis } = options;
  const { onFailure = () => {}, onSuperseded = () => {} } = options;
  const { tradedMillis = (_timeframe, from, to) => openMillis(from, to) } = options;
  const slices = options.slices ?? (clock === asyncScheduler ? sharedSlices : slicesOf(clock));
  return (source) =>
    new Observable<AnalysedClose>((subscriber) => {
      const waiting = new Map<Timeframe, Waiting>();
      const latest = new Map<Timeframe, number>();
      let busy = false;
      let over = false;
      let cancel: (() => void) | null = null;

      /** The next close whose window the history still ends with: a newer candle may have come since. */
      const next = (): { waiting: Waiting; window: readonly Candle[] } | undefined => {
        for (const one of [...waiting.values()].sort(byInstantThenLongest)) {
          waiting.delete(one.candle.timeframe);
          const window = windowOf(one.candle).slice(-bars);
          if (window.length < bars) {
            // It comes again when REST has given more history.
            latest.set(one.candle.timeframe, one.candle.closeTime - 1);
            continue;
          }
          if (window.at(-1)?.openTime === one.candle.openTime) return { waiting: one, window };
          onSuperseded(one.candle);
        }
        return undefined;
      };
      const drain = (): void => {
        if (busy) return;
        const taken = next();
        if (taken === undefined) {
          if (over) subscriber.complete();
          return;
        }
        busy = true;
        const { candle, timely } = taken.waiting;
        const columns = candleColumnsOf(taken.window);
        const quality = windowQuality(taken.window, openMillis, (from, to) =>
          tradedMillis(candle.timeframe, from, to),
        );
        // One that was held until somebody could analyse it may alert nobody any more.
        const isTimely = () => timely && clock.now() - candle.closeTime <= minuteMs;
        const done = (): void => {
          busy = false;
          later();
        };
        subscriber.add(
          attempt(() => from(analyse(columns, candle)))
            .pipe(take(1))
            .subscribe({
              next: (verdict) =>
                subscriber.next({ ...closeOf(candle), timely: isTimely(), columns, quality, ...verdict }),
              error: (error: unknown) => {
                onFailure(error, candle);
                done();
              },
              complete: done,
            }),
        );
      };
      // The closes of one instant arrive one after the other: the first must not start before the longest is there.
      const later = (): void => {
        cancel ??= slices(() => {
          cancel = null;
          try {
            drain();
          } catch (error) {
            subscriber.error(error);
          }
        });
      };
      subscriber.add(() => cancel?.());

      subscriber.add(
        source.subscribe({
          next: (event) => {
            if (event.kind !== 'candle' || !event.candle.complete) return;
            const { candle, timely } = event;
            const { timeframe, closeTime } = candle;
            if (!timeframes.includes(timeframe) || closeTime <= (latest.get(timeframe) ?? 0)) return;
            latest.set(timeframe, closeTime);
            const before = waiting.get(timeframe);
            if (before !== undefined) onSuperseded(before.candle);
            waiting.set(timeframe, { candle, timely });
            later();
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            over = true;
            if (busy || waiting.size > 0) later();
            else subscriber.complete();
          },
        }),
      );
    });
}

const byInstantThenLongest = (a: Waiting, b: Waiting): number =>
  a.candle.closeTime - b.candle.closeTime ||
  timeframeMs[b.candle.timeframe] - timeframeMs[a.candle.timeframe];

const closeOf = ({ symbol, timeframe, closeTime }: Candle) => ({
  kind: 'analysed' as const,
  source: 'live' as const,
  symbol,
  timeframe,
  closeTime,
});

const slicesOf =
  (clock: SchedulerLike): TimeSlices =>
  (work) => {
    const action = clock.schedule(work);
    return () => {
      action.unsubscribe();
    };
  };

/** An analysis that throws at once fails like one that fails later. */
function attempt<T>(make: () => Observable<T>): Observable<T> {
  return new Observable((subscriber) => make().subscribe(subscriber));
}
