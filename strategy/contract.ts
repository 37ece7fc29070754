import type { z } from 'zod';
import type { RegimeName } from '../models/decision/analysis.ts';
import type { VolumeKind } from '../models/candle-columns.ts';
import type { Timeframe } from '../schema/timeframe.ts';

/** Closed candles of one timeframe, oldest first, one array a field, all of one length. Copies: nothing is behind their ends. */
export interface CandleSeries {
  readonly timeframe: Timeframe;
  /** Close of the last candle, Unix ms. */
  readonly closeTime: number;
  /** Open of each candle's window, Unix ms. */
  readonly time: Float64Array;
  /** Prices in quote currency, > 0. */
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** In the unit of `volumeKind`; 0 where unknown. */
  readonly volume: Float64Array;
  /** `traded`: real volume. `ticks`: number of price changes. `mixed`: both, not comparable. `none`: unknown. */
  readonly volumeKind: VolumeKind;
}

/**
 * Closed candles that a decision takes, by timeframe. `own` is the one it is assigned to, at least 30 and at most `HISTORY_SIZE`; the others are
 * the last that closed at or before the close of `own`.
 */
export type Needs = { readonly own: number } & { readonly [T in Timeframe]?: number };

/** How the built-in rule is asked; every setting has the rule's own default (docs/analysis.md). */
export interface DriftSettings {
  /** Bars until a trade is called off, 1 to 1,000. @default 24 */
  readonly horizonBars?: number;
  /** Quantile of the window's own |scores| from which a direction is called. @default 0.85 */
  readonly scoreQuantile?: number;
  /** Bars whose scores the quantile is taken of, 10 to 249. @default 150 */
  readonly scoreBars?: number;
  /** Least share of the nearly as likely fits that must call it too. @default 1 */
  readonly minAgreement?: number;
  /** Distance to the stop in deviations of the move over the horizon. @default 0.5 */
  readonly stopMultiple?: number;
  /** Distance to the target in distances to the stop. @default 1.5 */
  readonly rewardMultiple?: number;
  /** Largest share of the distance to the stop that cost may take. @default 0.25 */
  readonly maxCostShare?: number;
}

/** Where the regimes drift over a horizon. */
export interface Drift {
  readonly side: 'BUY' | 'SELL';
  /** Expected drift in deviations of the move; its sign is the side. */
  readonly score: number;
  /** |score| from which the built-in rule calls it. */
  readonly threshold: number;
  /** Share of the nearly as likely fits that agree; null below the threshold. */
  readonly agreement: number | null;
  /** Does the built-in rule call it? */
  readonly called: boolean;
  /** Why, or why not, and what the chart shows beside it. */
  readonly reason: string;
  readonly remarks: readonly string[];
}

/**
 * What the server has found out about the last 250 candles by itself. Each part is computed when it is first read, and none is copied by a spread:
 * `regime`, `volatilityOver` and `drift` cost a fit (some 10 ms), the others next to nothing.
 */
export interface Market {
  readonly regime: {
    readonly state: RegimeName;
    /** Filtered: of the last bar, from the bars up to it. Sum to one. */
    readonly probabilities: Readonly<Record<RegimeName, number>>;
    readonly expectedDurationBars: number;
  };
  /** Deviation of a bar's return, log units. */
  readonly volatility: number;
  /** Deviation of the move expected over a horizon of 1 to 1,000 bars, log units: hours ahead, noise and empty windows counted in. */
  volatilityOver(bars: number): number;
  readonly trend: {
    readonly direction: 'up' | 'down' | 'flat';
    /** Log units a bar. */
    readonly slope: number;
    readonly tStatistic: number;
    readonly r2: number;
  };
  /** Nearest levels below and above the last close; null if the window holds none. */
  readonly support: number | null;
  readonly resistance: number | null;
  /** 0 at the low of the window's range, 1 at its high. */
  readonly rangePosition: number;
  readonly breakout: 'up' | 'down' | 'none';
  /** Cost of entry and exit together, basis points of price. */
  readonly spreadBps: number;
  drift(settings?: DriftSettings): Drift;
}

interface Shown {
  /** A full sentence, at most 500 characters. */
  readonly reason: string;
  /** Further sentences. */
  readonly remarks?: readonly string[] | undefined;
  /** Any finite number that says how sure it is: shown and kept. @default 0 */
  readonly score?: number | undefined;
  /** The score from which it would call, and the share of whatever it asked that agrees, 0 to 1: shown and kept. */
  readonly threshold?: number | undefined;
  readonly agreement?: number | null | undefined;
  /** At most ten words of at most 50 characters. */
  readonly tags?: readonly string[] | undefined;
}

interface Trade {
  /** Prices. @default half a deviation of the move over the horizon, behind a level where one is near; 1.5 times that far (docs/analysis.md) */
  readonly stop?: number | undefined;
  readonly target?: number | undefined;
  /** Distance to the default stop in deviations of the move over the horizon. @default 0.5 */
  readonly stopMultiple?: number | undefined;
  /** Distance to the default target in distances to the stop. @default 1.5 */
  readonly rewardMultiple?: number | undefined;
  /** Bars until the trade is called off, 1 to 1,000. @default 24 */
  readonly horizonBars?: number | undefined;
}

/** What a strategy answers. A WAIT that leans to a side has that trade's odds computed and followed, but it is never issued. */
export type StrategyDecision =
  | ({ readonly action: 'BUY' | 'SELL' } & Trade & Shown)
  | ({ readonly action: 'WAIT'; readonly leaning?: 'BUY' | 'SELL' | undefined } & Trade & Shown);

/** What a strategy is asked with. All of it is frozen; columns are its own copies. */
export interface DecideInput<Params = unknown, Other extends string = Timeframe> {
  readonly own: CandleSeries;
  /** By timeframe, those that `needs` names. */
  readonly frames: { readonly [T in Other]: CandleSeries };
  readonly market: Market;
  readonly params: Readonly<Params>;
  readonly symbol: string;
  /** Uniform in [0, 1): seeded by symbol, timeframe, close and version, so the same for everybody who asks again. */
  readonly random: () => number;
}

/** A strategy as its file writes it. */
export interface StrategyDefinition<P extends z.ZodObject = z.ZodObject, N extends Needs = Needs> {
  /** What it does, in a sentence or two. */
  readonly about: string;
  readonly needs: N;
  /** Its parameters, each with a default. @default none */
  readonly params?: P;
  /** Values it may be tried on, by parameter: a search counts each combination as a trial. @default none */
  readonly search?: { readonly [K in keyof z.output<P>]?: readonly z.output<P>[K][] };
  /** Pure and synchronous: the same candles and parameters, the same answer. */
  decide(input: DecideInput<z.output<P>, Extract<Exclude<keyof N, 'own'>, Timeframe>>): StrategyDecision;
}
