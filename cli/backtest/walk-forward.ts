import { Piscina } from 'piscina';
import { type AnalyseOptions, WINDOW } from '../../models/decision/analyse.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import type { AnalyseBarsTask } from './analyse-bars.ts';

/** Bars of one task: long enough to be worth a message, short enough to share out. */
const CHUNK = 40;

/** The analysis at the close of every bar that has a full window, by bar index; nothing before that. */
export async function walkForward(
  candles: CandleColumns,
  options: AnalyseOptions,
  threads: number,
): Promise<Map<number, Analysis>> {
  const pool = new Piscina<AnalyseBarsTask, Analysis[]>({
    filename: new URL('analyse-bars.ts', import.meta.url).href,
    maxThreads: threads,
    minThreads: threads,
  });
  const analyses = new Map<number, Analysis>();
  try {
    const tasks: Promise<void>[] = [];
    for (let from = WINDOW - 1; from < candles.close.length; from += CHUNK) {
      const bars = Array.from({ length: Math.min(CHUNK, candles.close.length - from) }, (_, i) => from + i);
      const analyse = async (): Promise<void> => {
        const results = await pool.run({ candles, bars, options });
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
