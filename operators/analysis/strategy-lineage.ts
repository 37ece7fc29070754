import type { Analysis } from '../../models/decision/analysis.ts';
import type { AnalyseOptions } from '../../models/decision/analyse.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import type { Decision } from '../../schema/signal.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { StrategyClose } from '../../strategy/run/decide.ts';
import { columnsOfBytes, windowBytes } from './window-bytes.ts';

/** One close that a strategy is asked about again. */
export interface StrategyTask {
  readonly close: StrategyClose;
  readonly columns: CandleColumns;
  readonly options: AnalyseOptions;
}

interface Frame {
  /** Base64 of `windowBytes`. */
  readonly window: string;
  readonly volume_kind: CandleColumns['volumeKind'];
}

interface StrategyLineage {
  readonly name: string;
  readonly version: string;
  readonly params: StrategyClose['params'];
  readonly tags: readonly string[];
  readonly fault?: NonNullable<Analysis['strategy']>['fault'];
  /** Of a call, to decide again: the candles of other timeframes. */
  readonly frames?: Readonly<Record<string, Frame>>;
}

interface StoredLineage {
  readonly strategy: StrategyLineage;
  readonly options: AnalyseOptions;
  readonly volume_kind: CandleColumns['volumeKind'];
}

/** What a decision by a strategy rests on. The frames are kept of a call alone: a WAIT is nowhere explained. */
export function strategyLineage(
  { direction, strategy }: Analysis,
  { name, version, params, frames }: StrategyClose,
): StrategyLineage {
  const { tags = [], fault = null } = strategy ?? {};
  const kept = Object.entries(frames).map(([timeframe, columns]) => {
    const window = windowBytes(columns).toString('base64');
    return [timeframe, { window, volume_kind: columns.volumeKind }];
  });
  return {
    name,
    version,
    params,
    tags,
    ...(fault === null ? {} : { fault }),
    ...(direction === 'WAIT' ? {} : { frames: Object.fromEntries(kept) as Record<string, Frame> }),
  };
}

/**
 * What to ask the strategy that took a stored decision, all as it was then; undefined: the built-in rule took it. `window` is the base64 of its own
 * candles. Throws RangeError where that or a frame is not one of ours.
 */
export function strategyTaskOf(decision: Decision, window: string): StrategyTask | undefined {
  const { strategy, options, volume_kind } = decision.lineage as Partial<StoredLineage>;
  if (strategy === undefined || options === undefined || volume_kind === undefined) return undefined;
  const { name, version, params, frames = {} } = strategy;
  const { symbol, timeframe, close_time: closeTime } = decision;
  const columns = Object.entries(frames).map(([other, frame]) => [
    other,
    columnsOfBytes(Buffer.from(frame.window, 'base64'), frame.volume_kind),
  ]);
  const unpacked = Object.fromEntries(columns) as { readonly [T in Timeframe]?: CandleColumns };
  return {
    close: { name, version, params, symbol, timeframe, closeTime, frames: unpacked },
    columns: columnsOfBytes(Buffer.from(window, 'base64'), volume_kind),
    options,
  };
}
