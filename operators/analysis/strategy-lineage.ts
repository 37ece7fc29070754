import type { Analysis } from '../../models/decision/analysis.ts';
import type { AnalyseOptions } from '../../models/decision/analyse.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import type { AnalysedWindow } from '../../schema/signal-event.ts';
import type { Decision } from '../../schema/signal.ts';
import type { StrategyClose } from '../../strategy/run/decide.ts';
import type { Frames } from './analysed-close.ts';
import { columnsOfBytes, windowHash } from './window-bytes.ts';

/** One close that a strategy is asked about again. */
export interface StrategyTask {
  readonly close: StrategyClose;
  readonly columns: CandleColumns;
  readonly options: AnalyseOptions;
}

/** What is said of the candles of another timeframe; they are stored with the signal (`AnalysedWindow`). */
interface Frame {
  readonly hash: string;
  readonly bars: number;
  readonly volume_kind: CandleColumns['volumeKind'];
}
/** The same in a stored signal: some of before have the candles themselves, base64. */
type StoredFrame = Pick<Frame, 'volume_kind'> & { readonly hash?: string; readonly window?: string };

interface StrategyLineage {
  readonly name: string;
  readonly version: string;
  readonly params: StrategyClose['params'];
  readonly tags: readonly string[];
  readonly fault?: NonNullable<Analysis['strategy']>['fault'];
  /** Of a call: which candles of other timeframes it was given. */
  readonly frames?: Readonly<Record<string, Frame>>;
}

interface StoredLineage {
  readonly strategy: Omit<StrategyLineage, 'frames'> & {
    readonly frames?: Readonly<Record<string, StoredFrame>>;
  };
  readonly options: AnalyseOptions;
  readonly volume_kind: CandleColumns['volumeKind'];
}

/** What a decision by a strategy rests on. The frames are named of a call alone: a WAIT is nowhere explained. */
export function strategyLineage(
  { direction, strategy }: Analysis,
  { name, version, params, frames }: StrategyClose,
): StrategyLineage {
  const { tags = [], fault = null } = strategy ?? {};
  const named = Object.entries(frames).map(([timeframe, columns]): [string, Frame] => [
    timeframe,
    { hash: windowHash(columns), bars: columns.close.length, volume_kind: columns.volumeKind },
  ]);
  return {
    name,
    version,
    params,
    tags,
    ...(fault === null ? {} : { fault }),
    ...(direction === 'WAIT' ? {} : { frames: Object.fromEntries(named) }),
  };
}

/**
 * What to ask the strategy that took a stored decision, all as it was then; undefined: the built-in rule took it. Throws RangeError where
 * candles that were stored with it are not ours, or not there.
 */
export function strategyTaskOf(decision: Decision, stored: AnalysedWindow): StrategyTask | undefined {
  const { strategy, options, volume_kind } = decision.lineage as Partial<StoredLineage>;
  if (strategy === undefined || options === undefined || volume_kind === undefined) return undefined;
  const { name, version, params, frames = {} } = strategy;
  const { symbol, timeframe, close_time: closeTime } = decision;
  const columns = Object.entries(frames).map(([other, frame]) => [other, storedFrame(other, frame, stored)]);
  const unpacked = Object.fromEntries(columns) as Frames;
  return {
    close: { name, version, params, symbol, timeframe, closeTime, frames: unpacked },
    columns: columnsOfBytes(Buffer.from(stored.window, 'base64'), volume_kind),
    options,
  };
}

/** The hashes of those candles: as the lineage names them, and of what is stored. None where another timeframe's were not given. */
export function frameHashesOf(
  decision: Decision,
  stored: AnalysedWindow,
): readonly { readonly timeframe: string; readonly named: string; readonly stored: string }[] {
  const { frames = {} } = (decision.lineage as Partial<StoredLineage>).strategy ?? {};
  return Object.entries(frames).flatMap(([timeframe, frame]) =>
    frame.hash === undefined
      ? []
      : { timeframe, named: frame.hash, stored: windowHash(storedFrame(timeframe, frame, stored)) },
  );
}

function storedFrame(
  timeframe: string,
  { volume_kind, window }: StoredFrame,
  { frames }: AnalysedWindow,
): CandleColumns {
  const text = frames?.[timeframe] ?? window;
  if (text === undefined) throw new RangeError(`no candles of ${timeframe} are stored with this signal`);
  return columnsOfBytes(Buffer.from(text, 'base64'), volume_kind);
}
