import {
  concatMap,
  distinctUntilChanged,
  EMPTY,
  groupBy,
  map,
  mergeMap,
  of,
  type OperatorFunction,
  pipe,
  startWith,
} from 'rxjs';
import type { CandleColumns } from '../../models/candle-columns.ts';
import type { Frames } from '../analysis/analysed-close.ts';
import { placeOf } from '../../schema/strategies/assignment.ts';
import type { Decision, Signal } from '../../schema/signal.ts';
import type { Timeframe } from '../../schema/timeframe.ts';

/** The state of one timeframe of a symbol and one assignment: an open BUY or SELL, or WAIT, with its decision. */
export interface Standing {
  readonly timeframe: Timeframe;
  readonly signal: Signal | null;
  readonly decision: Decision;
  /** The window of that decision; null where a price, not an analysis, has changed the standing. */
  readonly columns: CandleColumns | null;
  /** What a strategy was given of other timeframes. @default nothing */
  readonly frames?: Frames;
  /** Where a new signal is posted. @default everywhere */
  readonly channels?: readonly string[];
}

/**
 * Emits the standings that differ from the one before of their timeframe and assignment: another signal, or none any more.
 *
 *     standings  w---B---B---w---w---S---|
 *     changes    ----B-------w-------S---|
 *
 * `openIds` are the signals that were open at the start, by `placeOf`; a place without one begins at WAIT, so its
 * first WAIT is no change. Bounded: a group for each of the eight timeframes of an assignment. Causal.
 */
export function signalChanges(
  openIds: ReadonlyMap<string, string> = new Map(),
): OperatorFunction<Standing, Standing> {
  return pipe(
    groupBy(({ timeframe, decision: { assignment } }) => placeOf({ timeframe, assignment })),
    mergeMap((group) =>
      group.pipe(
        map((standing): Seen => ({ id: standing.signal?.id ?? null, standing })),
        startWith<Seen>({ id: openIds.get(group.key) ?? null, standing: null }),
        distinctUntilChanged((before, now) => before.id === now.id),
        concatMap(({ standing }) => (standing === null ? EMPTY : of(standing))),
      ),
    ),
  );
}

interface Seen {
  readonly id: string | null;
  readonly standing: Standing | null;
}
