import type { AnalyseOptions } from '../models/decision/analyse.ts';
import type { CandleColumns } from '../models/candle-columns.ts';

/** What crosses to a thread: the six columns one after the other in one buffer, which is transferred, not copied. */
export interface AnalysisTask {
  readonly packed: Float64Array<ArrayBuffer>;
  readonly volumeKind: CandleColumns['volumeKind'];
  readonly options: AnalyseOptions;
}

const names = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

/** Copies a window into one buffer, so that transferring it leaves the caller's columns alone. */
export function packColumns(columns: CandleColumns): Float64Array<ArrayBuffer> {
  const length = columns.time.length;
  const packed = new Float64Array(names.length * length);
  for (const [i, name] of names.entries()) packed.set(columns[name], i * length);
  return packed;
}

/** The columns again, as views of the buffer. */
export function columnsOf(packed: Float64Array, volumeKind: CandleColumns['volumeKind']): CandleColumns {
  const length = packed.length / names.length;
  const column = (i: number): Float64Array => packed.subarray(i * length, (i + 1) * length);
  return {
    time: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
    volumeKind,
  };
}
