import { analyse } from '../../models/decision/analyse.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import { unpackColumns } from '../../models/candle-columns.ts';
import type { AnalysisTask } from '../../workers/analysis-task.ts';

/** A worker that analyses after its seed in ms; a negative seed throws. */
export default async function slowWorker({ options, packed, volumeKind }: AnalysisTask): Promise<Analysis> {
  const seed = options.seed ?? 0;
  if (seed < 0) throw new RangeError('a bad window');
  await new Promise((resolve) => setTimeout(resolve, seed));
  return analyse(unpackColumns(packed, volumeKind), options);
}
