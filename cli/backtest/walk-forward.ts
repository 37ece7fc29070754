import { Piscina } from 'piscina';
import { type AnalyseOptions, WINDOW } from '../../models/decision/analyse.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { learnBar, profileMemory } from '../../models/volatility/volatility-profile.ts';
import type { AnalyseBarsTask } from './analyse-bars.ts';

/** Bars of one task: long enough to be worth a message, short enough to share out. */
const CHUNK = 40;

/** The analysis at the close of every bar that has a full window, by bar index; nothing before that. */
export async function walkForward(
  candles: CandleColumns,
  options: AnalyseOptions,
  threads: number,
  barMs: number,
): Promise<Map<number, Analysis>> {
  const pool = new Piscina<AnalyseBarsTask, Analysis[]>({
    filename: new URL('analyse-bars.ts', import.meta.url).href,
    maxThreads: threads,
    minThreads: threads,
  });
  const analyses = new Map<number, Analysis>();
  try {
    const tasks: Promise<void>[] = [];
    const learned = profileMemory(barMs);
    for (let from = WINDOW - 1, next = 0; from < candles.close.length; from += CHUNK) {
      for (; next < from; next++) learnBar(learned, candles.time[next]!, candles.close[next]!);
      const memory = structuredClone(learned);
      const bars = Array.from({ length: Math.min(CHUNK, candles.close.length - from) }, (_, i) => from + i);
      // A thread is sent its own stretch: the whole of a year, copied for each, would cost more than the analyses.
      const first = from + 1 - WINDOW;
      const slice = stretch(candles, first, from + bars.length);
      const analyse = async (): Promise<void> => {
        const results = await pool.run({
          candles: slice,
          bars: bars.map((bar) => bar - first),
          options,
          memory,
        });
        for (const [i, analysis] of results.entries()) analyses.set(bars[i]!, analysis);
      };
      tasks.push(analyse());
    }
    await Promise.all(tasks);
  } finally {
    await pool.destroy();
  }
  return analyses;
}

/** Copies of the candles in `[from, to)`: views would take the whole of their memory along. */
function stretch({ volumeKind, ...columns }: CandleColumns, from: number, to: number): CandleColumns {
  const { time, open, high, low, close, volume } = columns;
  const cut = (column: Float64Array): Float64Array => column.slice(from, to);
  return {
    time: cut(time),
    open: cut(open),
    high: cut(high),
    low: cut(low),
    close: cut(close),
    volume: cut(volume),
    volumeKind,
  };
}
