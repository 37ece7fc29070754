import { Piscina } from 'piscina';
import { type AnalyseOptions, WINDOW } from '../../models/decision/analyse.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import { type CandleColumns, copyCandles } from '../../models/candle-columns.ts';
import { learnBar, profileMemory } from '../../models/volatility/volatility-profile.ts';
import type { AnalyseBarsTask } from './analyse-bars.ts';

/** Bars of one task: long enough to be worth a message, short enough to share out. */
const CHUNK = 40;

interface Share {
  readonly from: number;
  readonly task: AnalyseBarsTask;
}

/**
 * The analysis at the close of every bar that has a full window, by bar index and in its order; nothing before that. The result is the same
 * to the last bit whatever the number of threads. Two tasks a thread are prepared, not all at once.
 *
 * onProgress: bars done of all.
 */
export async function walkForward(
  candles: CandleColumns,
  options: AnalyseOptions,
  threads: number,
  barMs: number,
  onProgress: (done: number, all: number) => void = () => {},
): Promise<Map<number, Analysis>> {
  const all = Math.max(0, candles.close.length - WINDOW + 1);
  const found: Analysis[] = [];
  let done = 0;
  const pool = new Piscina<AnalyseBarsTask, Analysis[]>({
    filename: new URL('analyse-bars.ts', import.meta.url).href,
    maxThreads: threads,
    minThreads: threads,
  });
  try {
    const shares = sharesOf(candles, options, barMs);
    const work = async (): Promise<void> => {
      for (const { from, task } of shares) {
        const results = await pool.run(task);
        for (const [i, analysis] of results.entries()) found[from - WINDOW + 1 + i] = analysis;
        onProgress((done += results.length), all);
      }
    };
    await Promise.all(Array.from({ length: 2 * threads }, work));
  } finally {
    await pool.destroy();
  }
  return new Map(found.map((analysis, i) => [WINDOW - 1 + i, analysis]));
}

/** The work in stretches, each with what all bars before it have taught. */
function* sharesOf(candles: CandleColumns, options: AnalyseOptions, barMs: number): Generator<Share> {
  const learned = profileMemory(barMs);
  for (let from = WINDOW - 1, next = 0; from < candles.close.length; from += CHUNK) {
    for (; next < from; next++) learnBar(learned, candles.time[next]!, candles.close[next]!);
    const count = Math.min(CHUNK, candles.close.length - from);
    // A thread is sent its own stretch: the whole of a year, copied for each, would cost more than the analyses.
    const first = from + 1 - WINDOW;
    const bars = Array.from({ length: count }, (_, i) => from + i - first);
    const memory = structuredClone(learned);
    yield { from, task: { candles: copyCandles(candles, first, from + count), bars, options, memory } };
  }
}
