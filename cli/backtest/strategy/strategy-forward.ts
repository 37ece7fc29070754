import type { Analysis } from '../../../models/decision/analysis.ts';
import { copyCandles } from '../../../models/candle-columns.ts';
import { learnBar } from '../../../models/volatility/volatility-profile.ts';
import { closesOf, type StrategyStretch } from '../../../strategy/run/analyse-stretch.ts';
import { unanswered } from '../../../workers/strategies/unanswered.ts';
import type { BacktestStrategy } from './backtest-strategy.ts';
import type { StrategyCloses } from './strategy-closes.ts';

/** Closes of one question: long enough to be worth a message, short enough to share out. */
const CHUNK = 200;

/**
 * A strategy's analysis of every close that has a full window, by bar index and in its order: those that the server would have been given
 * close by close, to the last bit, whatever the number of threads. onProgress: bars done of all.
 */
export async function strategyForward(
  strategy: BacktestStrategy,
  closes: StrategyCloses,
  threads: number,
  onProgress: (done: number, all: number) => void = () => {},
): Promise<Map<number, Analysis>> {
  const all = Math.max(0, closes.bars - closes.first);
  const found: Analysis[] = [];
  let [next, done] = [closes.first, 0];
  const work = async (_: unknown, thread: number): Promise<void> => {
    while (next < closes.bars) {
      let from = next;
      next = Math.min(from + CHUNK, closes.bars);
      const to = next;
      const memory = closes.learnedBefore(from);
      while (from < to) {
        const stretch = closes.stretch(from, to, memory);
        const analyses = await analysesOf(strategy, stretch, `stretch ${thread}`);
        for (const [i, analysis] of analyses.entries()) {
          found[from - closes.first + i] = analysis;
          const bar = stretch.columns.time.length - stretch.closeTimes.length + i;
          learnBar(memory, stretch.columns.time[bar]!, stretch.columns.close[bar]!);
        }
        from += analyses.length;
        onProgress((done += analyses.length), all);
      }
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  return new Map(found.map((analysis, i) => [closes.first + i, analysis]));
}

/** Of the first closes of a stretch, at least one. */
async function analysesOf(
  { loaded, asked }: BacktestStrategy,
  stretch: StrategyStretch,
  thread: string,
): Promise<readonly Analysis[]> {
  const came = await loaded.stretch(asked, stretch, thread);
  if (!('fault' in came)) return came.analyses;
  // It failed somewhere in there: as the server would have asked, the closes that it can answer are not lost.
  const analyses: Analysis[] = [];
  const copy = { ...stretch, memory: structuredClone(stretch.memory) };
  for (const { close, columns, options } of closesOf(copy, loaded.description.needs)) {
    const task = {
      close: { ...close, ...asked },
      columns: copyCandles(columns, 0, columns.time.length),
      options: options(),
    };
    const answer = await loaded.analyse(task, { lane: 'live' });
    analyses.push('fault' in answer ? unanswered(task, answer.fault) : answer);
  }
  return analyses;
}
