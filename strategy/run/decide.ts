import type { KnownMarket } from '../../models/decision/known-market.ts';
import type { AnalyseOptions } from '../../models/decision/analyse.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import type { CandleSeries, DecideInput, StrategyDecision } from '../contract.ts';
import type { Strategy } from '../define.ts';
import { MarketView } from './market-view.ts';
import { readDecision } from './read-decision.ts';
import { seededFor } from './seeded-for.ts';
import { type OnCopy, series } from './series.ts';

/** Which strategy it is, by its file and its parsed parameters, and whose close it decides on. */
export interface StrategyClose {
  readonly name: string;
  /** `strategyVersion` of the file and the parameters. */
  readonly version: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Close of the last candle, Unix ms. */
  readonly closeTime: number;
  /** The last closed candles of other timeframes at or before `closeTime`, oldest first, by timeframe. */
  readonly frames: { readonly [T in Timeframe]?: CandleColumns };
  /** Candles of its own timeframe, instead of those it needs: whether it knows them from its warm-up. @default needs.own */
  readonly ownBars?: number;
}

/**
 * Asks a strategy once. `columns` are the candles of its own timeframe up to the close, `market` what is known of them; a window with a flaw is not
 * to be asked about. Throws WrongDecision for a wrong answer, and whatever the strategy throws.
 */
export function decide(
  strategy: Strategy,
  close: StrategyClose,
  columns: CandleColumns,
  market: KnownMarket,
  options: Pick<AnalyseOptions, 'minReward'>,
): StrategyDecision {
  const input = inputOf(strategy, close, columns, market, options.minReward);
  return 'missing' in input
    ? { action: 'WAIT', reason: input.missing }
    : ask(strategy, close, close, input, market.entry);
}

/** What a strategy is given at a close, whatever its parameters. */
export type CommonInput = Pick<DecideInput, 'own' | 'frames' | 'market' | 'symbol'>;

export function inputOf(
  strategy: Strategy,
  close: Omit<StrategyClose, 'name' | 'version' | 'params'>,
  columns: CandleColumns,
  market: KnownMarket,
  minReward = 1,
  onCopy?: OnCopy,
): CommonInput | { readonly missing: string } {
  const { own, ...others } = strategy.needs;
  const missing = missingOf(strategy, close, columns);
  if (missing !== null) return { missing };
  const frames: Partial<Record<Timeframe, CandleSeries>> = {};
  for (const [other, bars] of needed(others)) {
    const candles = close.frames[other]!;
    const last = { timeframe: other, closeTime: closeOf(candles, other, close.closeTime) };
    frames[other] = series(candles, bars, last, onCopy);
  }
  return {
    own: series(columns, close.ownBars ?? own, close, onCopy),
    frames: Object.freeze(frames) as Record<Timeframe, CandleSeries>,
    market: new MarketView(market, minReward),
    symbol: close.symbol,
  };
}

/** One question. Throws WrongDecision for a wrong answer, and whatever the strategy throws. */
export function ask(
  strategy: Strategy,
  { timeframe, closeTime }: Pick<StrategyClose, 'timeframe' | 'closeTime'>,
  { version, params }: Pick<StrategyClose, 'version' | 'params'>,
  { own, frames, market, symbol }: CommonInput,
  entry: number,
): StrategyDecision {
  const random = seededFor(symbol, timeframe, closeTime, version);
  const answer: unknown = strategy.decide(Object.freeze({ own, frames, market, params, symbol, random }));
  return readDecision(answer, entry);
}

/** Which candles are not there yet, in a sentence; null: all are. */
function missingOf(
  { needs }: Strategy,
  { timeframe, frames }: Pick<StrategyClose, 'timeframe' | 'frames'>,
  own: CandleColumns,
): string | null {
  const { own: bars, ...others } = needs;
  if (own.close.length < bars) return tooFew(own.close.length, bars, timeframe);
  for (const [other, wanted] of needed(others)) {
    const there = frames[other]?.close.length ?? 0;
    if (there < wanted) return tooFew(there, wanted, other);
  }
  return null;
}

const tooFew = (there: number, wanted: number, timeframe: Timeframe): string =>
  `${there} closed ${timeframe} candles are there, the strategy needs ${wanted}${there === 0 ? `: is ${timeframe} among TIMEFRAMES?` : '.'}`;

const needed = (others: { readonly [T in Timeframe]?: number }): readonly [Timeframe, number][] =>
  Object.entries(others).filter(([, bars]) => bars !== undefined) as [Timeframe, number][];

/** Sessions end before their last window does, and nothing closes later than what it is decided with. */
const closeOf = ({ time }: CandleColumns, timeframe: Timeframe, latest: number): number =>
  Math.min(latest, time.at(-1)! + timeframeMs[timeframe]);
