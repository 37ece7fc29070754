import { analyse } from '../models/decision/analyse.ts';
import type { Analysis } from '../models/decision/analysis.ts';
import { unpackColumns } from '../models/candle-columns.ts';
import type { AnalysisTask } from './analysis-task.ts';

/** What a thread of the analysis pool does: one analysis of one window. */
export default function analysisThread({ packed, volumeKind, options }: AnalysisTask): Analysis {
  return analyse(unpackColumns(packed, volumeKind), options);
}
