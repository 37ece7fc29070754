import {
  asyncScheduler,
  catchError,
  concat,
  defer,
  EMPTY,
  from,
  map,
  Observable,
  type ObservableInput,
  type OperatorFunction,
  type SchedulerLike,
  take,
} from 'rxjs';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { WINDOW } from '../../models/decision/analyse.ts';
import type { Assignment } from '../../schema/strategies/assignment.ts';
import type { Candle } from '../../schema/candle.ts';
import type { CandleEvent } from '../../schema/market-event.ts';
import { minuteMs, type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import type { AnalysedClose, Frames } from './analysed-close.ts';
import { candleColumnsOf } from '../candles/candle-columns-of.ts';
import { createTimeSlices, type TimeSlices } from './time-slices.ts';
import { windowQuality } from './window-quality.ts';

/** What an analysis adds to a close. */
export type CloseVerdict = Pick<AnalysedClose, 'decision' | 'horizonBars' | 'cost' | 'followed'>;

export interface AnalyseClosesOptions {
  readonly clock: SchedulerLike;
  /** Timeframes that are analysed. */
  readonly timeframes: readonly Timeframe[];
  /** The closed candles up to and including this one, oldest first, as many as an analysis takes; fewer if there are fewer. */
  readonly windowOf: (candle: Candle) => readonly Candle[];
  /** The last `bars` of those as columns, where somebody has them already. @default made of them */
  readonly columnsOf?: (candle: Candle, bars: number) => CandleColumns;
  /** Bars an analysis takes. @default 250 */
  readonly bars?: number;
  /** Who decides on a close, in this order. @default one that nobody names */
  readonly assigned?: (candle: Candle) => readonly Assignment[];
  /** One analysis, by one of those; its first value counts. */
  readonly analyse: (
    columns: CandleColumns,
    candle: Candle,
    assignment?: Assignment,
    frames?: Frames,
  ) => ObservableInput<CloseVerdict>;
  /** The candles of a timeframe that had closed by a time, oldest first, at most so many. @default none */
  readonly framesOf?: (timeframe: Timeframe, closedBy: number, bars: number) => readonly Candle[];
  /** Open time of the symbol's market between two instants, ms. */
  readonly openMillis: (from: number, to: number) => number;
  /** The same less the windows of a timeframe that are known to be empty, ms. @default openMillis */
  readonly tradedMillis?: (timeframe: Timeframe, from: number, to: number) => number;
  /** Does a gate ask for the quality of a window? @default true */
  readonly isJudged?: boolean;
  /** An analysis failed; the stream goes on. */
  readonly onFailure?: (error: unknown, candle: Candle, assignment?: Assignment) => void;
  /** A close was superseded by a newer one of its timeframe before its analysis. */
  readonly onSuperseded?: (candle: Candle) => void;
  /** When a window is copied and handed over. @default shared time slices on the wall clock, the clock's next action on a virtual one */
  readonly slices?: TimeSlices;
}

/** Who decides: an assignment, or where there are none, whoever `analyse` takes for one. */
type Decider = Assignment | undefined;
const nobodyNamed: readonly Decider[] = [undefined];

interface Taken {
  readonly waiting: Waiting;
  readonly window: readonly Candle[];
  readonly deciders: readonly Decider[];
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
 * Where several are assigned to a close, each decides on it, one after the other: of many symbols that close together, all are decided on
 * by their first before any is by its second. Candles never wait for it: while one is analysed, the newest close of each timeframe waits and an older one is dropped
 * and counted. Forming, incomplete and already analysed candles pass by. Completes when the last analysis has. Causal.
 */
export function analyseCloses(options: AnalyseClosesOptions): OperatorFunction<CandleEvent, AnalysedClose> {
  const { clock, timeframes, windowOf, columnsOf, bars = WINDOW, analyse, openMillis } = options;
  const { onFailure = () => {}, onSuperseded = () => {}, assigned, framesOf = () => [] } = options;
  const { isJudged = true } = options;
  const { tradedMillis = (_timeframe, from, to) => openMillis(from, to) } = options;
  const slices = options.slices ?? (clock === asyncScheduler ? sharedSlices : slicesOf(clock));
  return (source) =>
    new Observable<AnalysedClose>((subscriber) => {
      const waiting = new Map<Timeframe, Waiting>();
      const latest = new Map<Timeframe, number>();
      let busy = false;
      let over = false;
      let cancel: (() => void) | null = null;

      const framesFor = (decider: Decider, closedBy: number): Frames => {
        const wanted = Object.entries(decider?.frames ?? {}) as [Timeframe, number][];
        return Object.fromEntries(
          wanted.map(([timeframe, count]) => [
            timeframe,
            candleColumnsOf(framesOf(timeframe, closedBy, count)),
          ]),
        );
      };
      /** The next close whose window the history still ends with: a newer candle may have come since. */
      const next = (): Taken | undefined => {
        for (const one of [...waiting.values()].sort(byInstantThenLongest)) {
          waiting.delete(one.candle.timeframe);
          const all = assigned?.(one.candle) ?? nobodyNamed;
          if (all.length === 0) continue;
          const window = windowOf(one.candle);
          const deciders = all.filter((decider) => window.length >= (decider?.bars ?? bars));
          if (deciders.length === 0) {
            // It comes again when REST has given more history.
            latest.set(one.candle.timeframe, one.candle.closeTime - 1);
            continue;
          }
          if (window.at(-1)?.openTime === one.candle.openTime) return { waiting: one, window, deciders };
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
        const read = once((length: number) => {
          const window = taken.window.slice(-length);
          const traded = (from: number, to: number) => tradedMillis(candle.timeframe, from, to);
          const quality = isJudged ? windowQuality(window, openMillis, traded) : null;
          return { columns: columnsOf?.(candle, length) ?? candleColumnsOf(window), quality };
        });
        // One that was held until somebody could analyse it may alert nobody any more.
        const isTimely = () => timely && clock.now() - candle.closeTime <= minuteMs;
        const done = (): void => {
          busy = false;
          later();
        };
        const decided = (decider: Decider): Observable<AnalysedClose> =>
          defer(() => {
            const { columns, quality } = read(decider?.bars ?? bars);
            const frames = framesFor(decider, candle.closeTime);
            return from(analyse(columns, candle, decider, frames)).pipe(
              take(1),
              map((verdict) => ({
                ...closeOf(candle),
                timely: isTimely(),
                columns,
                frames,
                quality,
                ...verdict,
              })),
            );
          }).pipe(
            catchError((error: unknown) => {
              onFailure(error, candle, decider);
              return EMPTY;
            }),
          );
        subscriber.add(
          concat(...taken.deciders.map(decided)).subscribe({
            next: (close) => subscriber.next(close),
            error: (error: unknown) => subscriber.error(error),
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

/** The same answer to the same number, without asking again. */
function once<T>(read: (length: number) => T): (length: number) => T {
  const known = new Map<number, T>();
  return (length) => {
    if (!known.has(length)) known.set(length, read(length));
    return known.get(length)!;
  };
}
