import type { Analysis } from '../../models/decision/analysis.ts';
import type { AnalyseOptions } from '../../models/decision/analyse.ts';
import { WINDOW } from '../../models/decision/known-market.ts';
import { type CandleColumns, viewCandles } from '../../models/candle-columns.ts';
import { learnBar, type ProfileMemory, profileOf } from '../../models/volatility/volatility-profile.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { Needs } from '../contract.ts';
import type { Strategy } from '../define.ts';
import { analyseWith } from './analyse-with.ts';
import type { StrategyClose } from './decide.ts';

/** Candles of another timeframe, and how many of them had closed by each close that is decided on. */
export interface StretchFrame {
  readonly columns: CandleColumns;
  readonly ends: Int32Array;
}

/** Closes of one symbol and timeframe that follow each other, as one question: what lies before the first of them is sent once. */
export interface StrategyStretch extends Pick<StrategyClose, 'symbol' | 'timeframe'> {
  /** Its own candles, oldest first: those that the first close needs, then one a close. */
  readonly columns: CandleColumns;
  /** Unix ms, oldest first. */
  readonly closeTimes: Float64Array;
  readonly frames: { readonly [T in Timeframe]?: StretchFrame };
  readonly options: AnalyseOptions;
  /** What all bars before the first close have taught of the hours. It is taught on. */
  readonly memory: ProfileMemory;
}

/** A strategy with its parameters, as it is asked. */
export type AskedStrategy = Pick<StrategyClose, 'name' | 'version' | 'params'>;

/** One close of a stretch, for whichever strategy. */
export interface StretchClose {
  readonly close: Omit<StrategyClose, keyof AskedStrategy>;
  /** A view of the window that the strategy's needs make. */
  readonly columns: CandleColumns;
  /** With the hours as they were known; to be asked for before the next close. */
  readonly options: () => AnalyseOptions;
}

/** Candles of its own timeframe that a decision is given. */
export const windowOf = ({ own }: Needs): number => Math.max(WINDOW, own);

/** The closes of a stretch in their order, each with what was known by then: as a live close is asked about. */
export function* closesOf(stretch: StrategyStretch, needs: Needs): Generator<StretchClose> {
  const { symbol, timeframe, columns, closeTimes, options, memory } = stretch;
  const before = columns.time.length - closeTimes.length;
  const frames = Object.entries(stretch.frames) as [Timeframe, StretchFrame][];
  for (const [i, closeTime] of closeTimes.entries()) {
    const bar = before + i;
    learnBar(memory, columns.time[bar]!, columns.close[bar]!);
    const closed = frames.map(([other, frame]) => {
      const end = frame.ends[i]!;
      return [other, viewCandles(frame.columns, Math.max(0, end - needs[other]!), end)];
    });
    yield {
      close: { symbol, timeframe, closeTime, frames: Object.fromEntries(closed) as StrategyClose['frames'] },
      columns: viewCandles(columns, Math.max(0, bar + 1 - windowOf(needs)), bar + 1),
      // The hours are known until the next close is asked for.
      options: () => {
        const profile = profileOf(memory);
        return profile === undefined ? options : { ...options, profile };
      },
    };
  }
}

/** One analysis a close, from the first on until `isOver`, which is asked after each. */
export function analyseStretch(
  strategy: Strategy,
  asked: AskedStrategy,
  stretch: StrategyStretch,
  isOver: () => boolean,
): readonly Analysis[] {
  const analyses: Analysis[] = [];
  for (const { close, columns, options } of closesOf(stretch, strategy.needs)) {
    analyses.push(analyseWith(strategy, { ...close, ...asked }, columns, options()));
    if (isOver()) break;
  }
  return analyses;
}
