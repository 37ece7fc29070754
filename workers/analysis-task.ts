import type { AnalyseOptions } from '../models/decision/analyse.ts';
import type { CandleColumns } from '../models/candle-columns.ts';

/** What crosses to a thread: the six columns one after the other in one buffer, which is transferred, not copied. */
export interface AnalysisTask {
  readonly packed: Float64Array<ArrayBuffer>;
  readonly volumeKind: CandleColumns['volumeKind'];
  readonly options: AnalyseOptions;
}
