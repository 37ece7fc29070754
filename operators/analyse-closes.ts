import {
  from,
  Observable,
  type ObservableInput,
  type OperatorFunction,
  type SchedulerLike,
  type Subscription,
  take,
} from 'rxjs';
import type { CandleColumns } from '../models/candle-columns.ts';
import type { Candle } from '../schema/candle.ts';
import type { CandleEvent } from '../schema/market-event.ts';
import { type Timeframe, timeframeMs } from '../schema/timeframe.ts';
import type { AnalysedClose } from './analysed-close.ts';
import { candleColumnsOf } from './candle-columns-of.ts';
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
  /** An analysis failed; the stream goes on. */
  readonly onFailure?: (error: unknown, candle: Candle) => void;
  /** A close gave way to a newer one of its timeframe. */
  readonly onSuperseded?: (candle: Candle) => void;
}

interface Waiting extends Pick<AnalysedClose, 'columns' | 'quality' | 'timely'> {
  readonly candle: Candle;
}

/**
 * Analyses the complete closes of one symbol, one at a time, the longest timeframe of an instant first.
 *
 *     events    (mh)--------m--m---|        m 1min, h 1h, closed at one instant
 *     analyses  -----h---m---------m|       the second m gave way to the third
 *
 * Candles never wait for it: while one is analysed, the newest close of each timeframe waits and an older one is dropped
 * and counted. Forming, incomplete and already analysed candles pass by. Completes when the last analysis has. Causal.
 */
export function analyseCloses(options: AnalyseClosesOptions): OperatorFunction<CandleEvent, AnalysedClose> {
  const { clock, timeframes, windowOf, bars = 250, analyse, openMillis } = options;
  const { onFailure = () => {}, onSuperseded = () => {} } = options;
  return (source) =>
    new Observable<AnalysedClose>((subscriber) => {
      const waiting = new Map<Timeframe, Waiting>();
      const latest = new Map<Timeframe, number>();
      let busy = false;
      let over = false;
      let turn: Subscription | null = null;

      const drain = (): void => {
        if (busy) return;
        const [next] = [...waiting.values()].sort(byInstantThenLongest);
        if (next === undefined) {
          if (over) subscriber.complete();
          return;
        }
        busy = true;
        waiting.delete(next.candle.timeframe);
        const { candle, columns } = next;
        const done = (): void => {
          busy = false;
          later();
        };
        subscriber.add(
          attempt(() => from(analyse(columns, candle)))
            .pipe(take(1))
            .subscribe({
              next: (verdict) => subscriber.next({ ...analysed(next), ...verdict }),
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
        turn ??= clock.schedule(() => {
          turn?.unsubscribe();
          turn = null;
          drain();
        });
      };
      subscriber.add(() => turn?.unsubscribe());

      subscriber.add(
        source.subscribe({
          next: (event) => {
            if (event.kind !== 'candle' || !event.closed || !event.candle.complete) return;
            const { candle, timely } = event;
            const { timeframe, closeTime } = candle;
            if (!timeframes.includes(timeframe) || closeTime <= (latest.get(timeframe) ?? 0)) return;
            const window = windowOf(candle).slice(-bars);
            if (window.length < bars || window.at(-1)?.openTime !== candle.openTime) return;
            latest.set(timeframe, closeTime);
            const before = waiting.get(timeframe);
            if (before !== undefined) onSuperseded(before.candle);
            const quality = windowQuality(window, openMillis);
            waiting.set(timeframe, { candle, timely, columns: candleColumnsOf(window), quality });
            later();
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            over = true;
            later();
          },
        }),
      );
    });
}

const byInstantThenLongest = (a: Waiting, b: Waiting): number =>
  a.candle.closeTime - b.candle.closeTime ||
  timeframeMs[b.candle.timeframe] - timeframeMs[a.candle.timeframe];

const analysed = ({ candle, timely, columns, quality }: Waiting) => ({
  kind: 'analysed' as const,
  symbol: candle.symbol,
  timeframe: candle.timeframe,
  closeTime: candle.closeTime,
  source: 'live' as const,
  timely,
  columns,
  quality,
});

/** An analysis that throws at once fails like one that fails later. */
function attempt<T>(make: () => Observable<T>): Observable<T> {
  return new Observable((subscriber) => make().subscribe(subscriber));
}
