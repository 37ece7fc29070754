import type { AnalyseOptions } from '../../models/decision/analyse.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { type Assignment, DEFAULT_ASSIGNMENT } from '../../schema/strategies/assignment.ts';
import type { Candle } from '../../schema/candle.ts';
import type { StrategyClose } from '../../strategy/run/decide.ts';
import type { LearningBook, TaughtClose } from '../signals/outcomes/learning-book.ts';
import { UNTAUGHT } from '../signals/outcomes/learning-book.ts';
import type { SpreadBook } from '../ticks/spread-book.ts';
import type { Frames } from './analysed-close.ts';
import type { CloseVerdict } from './analyse-closes.ts';
import { analyseWindow, type WindowAnalyser } from './analyse-window.ts';
import type { Experienced, ExperienceBook } from './experience-book.ts';
import type { ProfileBook } from './profile-book.ts';

/** The part of an assignment that decides. */
type Rule = Pick<Assignment, 'id' | 'strategy' | 'version' | 'mode' | 'params'>;

/** Analyses the closes of any symbol: what an actor is given. */
export interface Analyser {
  /** `columns`: the closed candles up to and including `candle`, oldest first. `rule`: whose decision it is. @default the default one's */
  readonly analyse: (
    columns: CandleColumns,
    candle: Candle,
    rule?: Rule,
    frames?: Frames,
  ) => Promise<CloseVerdict>;
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
  readonly experiences: Pick<ExperienceBook, 'of' | 'close' | 'add' | 'followed'>;
  /** Cost of entry and exit where a symbol's feed shows no spread, basis points. */
  readonly spreadBps: number;
  /** Reward per risk, at least. */
  readonly minReward: number;
  /** The step in a symbol's price that is a break, not a move. */
  readonly jumpStepOf: (symbol: string) => NonNullable<AnalyseOptions['jumpStep']>;
  /** The rule where none is named. @default the built-in one, nobody's */
  readonly byDefault?: Rule;
}

export interface WindowAnalysers {
  /** With what was known of a symbol at its close, or for null with nothing but the candles. @default lane request */
  readonly of: (close: TaughtClose | null, lane?: Lane, rule?: Rule, frames?: Frames) => WindowAnalyser;
  /** For live closes, which go before requests. */
  readonly live: Analyser;
}

/** Analysers of windows, with what past outcomes, observed spreads and the hours of the day teach them. */
export function createWindowAnalysers(options: WindowAnalysersOptions): WindowAnalysers {
  const { analyse, learning, spreads, profiles, experiences, spreadBps, minReward, jumpStepOf, byDefault } =
    options;
  const whoseOf = ({ symbol, timeframe }: Experienced, rule = byDefault): Experienced => ({
    symbol,
    timeframe,
    assignment: rule?.id,
  });
  // Posted candles can be of any market.
  const experienceOf = (close: TaughtClose, rule: Rule | undefined) =>
    (close.source ?? 'live') === 'live' ? experiences.of(whoseOf(close, rule), close.closeTime) : undefined;
  const of: WindowAnalysers['of'] = (close, lane = { lane: 'request' }, rule = byDefault, frames = {}) => {
    const experience = close === null ? undefined : experienceOf(close, rule);
    return {
      analyse: (window, chosen, ...strategy) => analyse(window, chosen, lane, ...strategy),
      options: {
        costBps: (close === null ? undefined : spreads.medianBps(close.symbol)) ?? spreadBps,
        minReward,
        // Without a symbol nothing but the candles enters the numbers.
        ...(close !== null && { jumpStep: jumpStepOf(close.symbol) }),
        ...(experience !== undefined && { experience }),
        // Those of the built-in rule are options of the analysis.
        ...(rule?.strategy === DEFAULT_ASSIGNMENT && rule.params),
      },
      learning: close === null ? UNTAUGHT : learning.of({ ...close, assignment: rule?.id }),
      ...(close === null
        ? {}
        : { profileOf: (window) => profiles.of(close.symbol, close.timeframe, window) }),
      ...(rule && { owner: ownerOfRule(rule) }),
      ...(rule !== undefined &&
        close !== null &&
        rule.strategy !== DEFAULT_ASSIGNMENT && { strategy: closeOf(rule, close, frames) }),
    };
  };
  return {
    of,
    live: {
      analyse: async (columns, { symbol, timeframe, closeTime }, rule, frames) => {
        const close = { symbol, timeframe, closeTime };
        const whose = whoseOf(close, rule);
        experiences.close(whose, columns, closeTime);
        const analyser = of(close, { lane: 'live' }, rule, frames);
        const followed: WindowAnalyser['analyse'] = async (...asked) => {
          const analysis = await analyser.analyse(...asked);
          experiences.add(whose, analysis, closeTime);
          return analysis;
        };
        const verdict = await analyseWindow(columns, close, { ...analyser, analyse: followed });
        return { ...verdict, followed: experiences.followed(whose, closeTime) };
      },
    },
  };
}

const ownerOfRule = ({ id, strategy, version, mode }: Rule) => ({ strategy, assignment: id, mode, version });

const closeOf = (
  { strategy: name, version, params }: Rule,
  { symbol, timeframe, closeTime }: TaughtClose,
  frames: Frames,
): StrategyClose => ({ name, version, params, symbol, timeframe, closeTime, frames });
