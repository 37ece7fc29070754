import { setPriority } from 'node:os';
import { analyse } from '../models/decision/analyse.ts';
import type { Analysis } from '../models/decision/analysis.ts';
import { unpackColumns } from '../models/candle-columns.ts';
import type { AnalysisTask } from './analysis-task.ts';

// Prices go first where processors are few. Linux counts a thread's priority by itself; elsewhere it would be the process's.
if (process.platform === 'linux') setPriority(5);

/** What a thread of the analysis pool does: one analysis of one window. */
export default function analysisThread({ packed, volumeKind, options }: AnalysisTask): Analysis {
  return analyse(unpackColumns(packed, volumeKind), options);
}
