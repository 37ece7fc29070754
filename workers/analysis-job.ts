import { z } from 'zod';
import type { AnalyseOptions } from '../models/decision/analyse.ts';
import { type CandleColumns, packColumns, unpackColumns } from '../models/candle-columns.ts';
import { AnalysisJob } from '../schema/analysis-job.ts';
import type { StrategyClose } from '../strategy/run/decide.ts';

/** The task of a job, as JSON takes it; machines of both sides are little endian. */
export type EncodedTask = Pick<z.input<typeof AnalysisJob>, 'packed' | 'volumeKind' | 'options' | 'strategy'>;

/** A window and its options in the form that a job carries. Throws where an option is not a number. */
export function encodeTask(
  columns: CandleColumns,
  options: AnalyseOptions,
  strategy?: StrategyClose,
): EncodedTask {
  return {
    ...encodeColumns(columns),
    options: z.encode(AnalysisJob.shape.options, options),
    ...(strategy === undefined ? {} : { strategy: encodeStrategy(strategy) }),
  };
}

const encodeColumns = (columns: CandleColumns): Pick<EncodedTask, 'packed' | 'volumeKind'> => ({
  packed: Buffer.from(packColumns(columns).buffer).toString('base64'),
  volumeKind: columns.volumeKind,
});

function encodeStrategy({ frames, ...strategy }: StrategyClose): NonNullable<EncodedTask['strategy']> {
  const encoded = Object.entries(frames).map(([timeframe, columns]) => [timeframe, encodeColumns(columns)]);
  const job = { ...strategy, frames: Object.fromEntries(encoded) };
  return z.encode(AnalysisJob.shape.strategy, job as AnalysisJob['strategy'])!;
}

/** The strategy of a job; undefined: the built-in rule. */
export function strategyOfJob({ strategy }: Pick<AnalysisJob, 'strategy'>): StrategyClose | undefined {
  if (strategy === undefined) return undefined;
  const frames = Object.entries(strategy.frames).map(([timeframe, frame]) => [
    timeframe,
    columnsOfJob(frame),
  ]);
  return { ...strategy, frames: Object.fromEntries(frames) as StrategyClose['frames'] };
}

/** The window of a job again, to the last bit. */
export function columnsOfJob({
  packed,
  volumeKind,
}: Pick<AnalysisJob, 'packed' | 'volumeKind'>): CandleColumns {
  // Copied: what Buffer gives may lie anywhere in a shared block, float64 must lie at a multiple of eight.
  const bytes = Uint8Array.from(Buffer.from(packed, 'base64'));
  return unpackColumns(new Float64Array(bytes.buffer), volumeKind);
}
