import type { Discontinuity } from '../chart/discontinuity.ts';
import type { MarketContext } from '../chart/market-context.ts';
import type { TradeRisk } from './trade-risk.ts';

type Direction = 'BUY' | 'SELL' | 'WAIT';

/** Names of the states in ascending order of mean return. An order, not a forecast: see docs/analysis.md. */
export const REGIMES = ['bearish', 'neutral', 'bullish'] as const;
export type RegimeName = (typeof REGIMES)[number];

export interface Regime {
  /** The most probable state of the last bar, by filtered probability. */
  state: RegimeName;
  index: number;
  /** Filtered, sum to one. */
  probabilities: Record<RegimeName, number>;
  /** Bars the state lasts once entered, 1 / (1 - stay), at most the bars of the window: longer cannot be seen in it. */
  expectedDurationBars: number;
  /** The most probable states of the window's bars as runs, oldest first; empty where nothing was fitted. One bar fewer than candles. */
  runs: RegimeRun[];
}

export interface RegimeRun {
  state: RegimeName;
  bars: number;
}

/** Factors on the variance that the window and its regimes expect over the horizon; their product is in levels and odds alike. */
export interface VarianceFactors {
  /** The hours ahead against the usual hour, from the profile; 1 without one. */
  timeOfDay: number;
  /** What is left of the bars' variance when they are added up. */
  lasting: number;
  /** Bars per window of the timeframe. */
  presence: number;
}

/** The fitted model, states in the order of `REGIMES`, on standardised features (return, log range). */
export interface FittedModel {
  startProbability: number[];
  /** 3 x 3, row-major. */
  transition: number[];
  /** 3 x 2, row-major. */
  means: number[];
  variances: number[];
  logLikelihood: number;
  iterations: number;
  converged: boolean;
  /** Log units per bar: shrunk mean return and volatility of each state, as the odds use them. */
  drifts: number[];
  volatilities: number[];
}

/** What the model alone says of the candidate, before what came of earlier ones moves its odds. Probabilities, and shares of the entry. */
export interface ModelTrade {
  probTpHit: number;
  probSlHit: number;
  probNeither: number;
  /** Mean signed return of the trades that meet neither level. */
  neitherReturn: number;
  /** Distances to TP and to SL, and the cost of the round trip. */
  reward: number;
  risk: number;
  cost: number;
}

/** The trade the score points to, issued or not. */
export interface Candidate {
  direction: 'BUY' | 'SELL';
  tp: number;
  sl: number;
}

export interface Distance {
  /** Percent of the last close, always >= 0; null without a level. Entry is the last close. */
  toEntryPct: number;
  toTpPct: number | null;
  toSlPct: number | null;
  toSupportPct: number | null;
  toResistancePct: number | null;
  /** The last close lies between support and resistance, both known. */
  isWithinRange: boolean;
}

/** Everything one analysis found: plain numbers, strings and booleans. */
export interface Analysis {
  /** Changes whenever the same input may give other numbers. */
  modelVersion: string;
  seed: number;
  direction: Direction;
  /** The last close. */
  entry: number;
  /** Null for WAIT. */
  tp: number | null;
  sl: number | null;
  /** Calibrated probability that TP comes before SL within the horizon; 0 for WAIT, which has no TP. */
  confidence: number;
  /** Full sentences, the decisive one first. */
  reasons: string[];
  /** For WAIT too, if the score points anywhere: what was not issued can still be followed. Null in a window without movement. */
  candidate: Candidate | null;
  /** Of the candidate, so for WAIT it is of the trade that would have been; null where there is none. Moved by experience, not calibrated. */
  risk: TradeRisk | null;
  modelTrade: ModelTrade | null;
  marketContext: MarketContext | null;
  distance: Distance;
  isBreakout: boolean;
  /** A discount for a candidate BUY, a premium for a candidate SELL. */
  isDiscounted: boolean;
  regime: Regime;
  /** Expected drift over the horizon over its deviation. */
  score: number;
  /** |score| from which a direction is called. */
  threshold: number;
  /** Share of the nearly as likely fits that call it too, 1 where there are none; below `minAgreement` nothing is called. Null below the threshold. */
  agreement: number | null;
  horizonBars: number;
  /** Log units over the horizon: deviation of the expected move. */
  horizonVolatility: number;
  /** What of it comes from the hour, from noise in the price and from windows without a trade. */
  varianceFactors: VarianceFactors;
  /** Log units, added to the entry: what its last moves are expected to give back to bounce between bid and ask. In the odds alone. */
  giveBack: number;
  /** Largest difference between the lattice's probabilities and those of its independent check; null without a candidate. A metric, not a gate. */
  oddsDisagreement: number | null;
  /** Standard error of the check; 0 where it is not sampled. */
  oddsStandardError: number | null;
  /** The break in the window that forbids a call; null in a sound one. */
  discontinuity: Discontinuity | null;
  hmm: FittedModel | null;
  /** Who decided; absent: the built-in rule. */
  strategy?: DecidedBy;
}

/** The strategy that decided, and what it adds. */
interface DecidedBy {
  name: string;
  /** SHA-256 of its file's imports, its contract and its parameters, hex. */
  version: string;
  tags: string[];
  /** Why it was not listened to: its answer was wrong, or it gave none. */
  fault: StrategyFault | null;
}

export interface StrategyFault {
  /**
   * `wrong`: an answer that is none. `threw`: an error of its own. `late`: it took too long. `memory`: it took too much. `ended`: its thread or
   * process ended otherwise. `stopped`: it failed too often in a row to be asked again.
   */
  kind: 'wrong' | 'threw' | 'late' | 'memory' | 'ended' | 'stopped';
  message: string;
}
