import type { AnalyseOptions } from '../../models/decision/analyse.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import type { Candle } from '../../schema/candle.ts';
import type { StrategyClose } from '../../strategy/run/decide.ts';
import type { LearningBook, TaughtClose } from '../signals/outcomes/learning-book.ts';
import { UNTAUGHT } from '../signals/outcomes/learning-book.ts';
import type { SpreadBook } from '../ticks/spread-book.ts';
import type { CloseVerdict } from './analyse-closes.ts';
import { analyseWindow, type WindowAnalyser } from './analyse-window.ts';
import type { ProfileBook } from './profile-book.ts';

/** Analyses the closes of any symbol: what an actor is given. */
export interface Analyser {
  /** `columns`: the closed candles up to and including `candle`, oldest first. */
  readonly analyse: (columns: CandleColumns, candle: Candle) => Promise<CloseVerdict>;
}

/** Where an analysis stands in line: a live close, or a request. */
export type Lane = { readonly lane: 'live' | 'request' };

export interface WindowAnalysersOptions {
  /** Where the numbers are crunched: a pool of worker threads. */
  readonly analyse: (
    columns: CandleColumns,
    options: AnalyseOptions,
    lane: Lane,
    strategy?: StrategyClose,
  ) => Promise<Analysis>;
  readonly learning: Pick<LearningBook, 'of'>;
  readonly spreads: Pick<SpreadBook, 'medianBps'>;
  readonly profiles: Pick<ProfileBook, 'of'>;
  /** Cost of entry and exit where a symbol's feed shows no spread, basis points. */
  readonly spreadBps: number;
  /** Reward per risk, at least. */
  readonly minReward: number;
  /** The step in a symbol's price that is a break, not a move. */
  readonly jumpStepOf: (symbol: string) => NonNullable<AnalyseOptions['jumpStep']>;
}

export interface WindowAnalysers {
  /** With what was known of a symbol at its close, or for null with nothing but the candles. @default lane request */
  readonly of: (close: TaughtClose | null, lane?: Lane) => WindowAnalyser;
  /** For live closes, which go before requests. */
  readonly live: Analyser;
}

/** Analysers of windows, with what past outcomes, observed spreads and the hours of the day teach them. */
export function createWindowAnalysers(options: WindowAnalysersOptions): WindowAnalysers {
  const { analyse, learning, spreads, profiles, spreadBps, minReward, jumpStepOf } = options;
  const of: WindowAnalysers['of'] = (close, lane = { lane: 'request' }) => ({
    analyse: (window, chosen, ...strategy) => analyse(window, chosen, lane, ...strategy),
    options: {
      costBps: (close === null ? undefined : spreads.medianBps(close.symbol)) ?? spreadBps,
      minReward,
      // Without a symbol nothing but the candles enters the numbers.
      ...(close !== null && { jumpStep: jumpStepOf(close.symbol) }),
    },
    learning: close === null ? UNTAUGHT : learning.of(close),
    ...(close === null ? {} : { profileOf: (window) => profiles.of(close.symbol, close.timeframe, window) }),
  });
  return {
    of,
    live: {
      analyse: (columns, { symbol, timeframe, closeTime }) => {
        const close = { symbol, timeframe, closeTime };
        return analyseWindow(columns, close, of(close, { lane: 'live' }));
      },
    },
  };
}
