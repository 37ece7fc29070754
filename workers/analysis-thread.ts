import { analyse } from '../models/decision/analyse.ts';
import type { Analysis } from '../models/decision/analysis.ts';
import { type AnalysisTask, columnsOf } from './analysis-task.ts';

/** What a thread of the analysis pool does: one analysis of one window. */
export default function analysisThread({ packed, volumeKind, options }: AnalysisTask): Analysis {
  return analyse(columnsOf(packed, volumeKind), options);
}
