import { z } from 'zod';
import type { AnalyseOptions } from '../models/decision/analyse.ts';
import { type CandleColumns, packColumns, unpackColumns } from '../models/candle-columns.ts';
import { AnalysisJob } from '../schema/analysis-job.ts';

/** The task of a job, as JSON takes it; machines of both sides are little endian. */
export type EncodedTask = Pick<z.input<typeof AnalysisJob>, 'packed' | 'volumeKind' | 'options'>;

/** A window and its options in the form that a job carries. Throws where an option is not a number. */
export function encodeTask(columns: CandleColumns, options: AnalyseOptions): EncodedTask {
  return {
    packed: Buffer.from(packColumns(columns).buffer).toString('base64'),
    volumeKind: columns.volumeKind,
    options: z.encode(AnalysisJob.shape.options, options),
  };
}

/** The window of a job again, to the last bit. */
export function columnsOfJob({ packed, volumeKind }: AnalysisJob): CandleColumns {
  // Copied: what Buffer gives may lie anywhere in a shared block, float64 must lie at a multiple of eight.
  const bytes = Uint8Array.from(Buffer.from(packed, 'base64'));
  return unpackColumns(new Float64Array(bytes.buffer), volumeKind);
}
