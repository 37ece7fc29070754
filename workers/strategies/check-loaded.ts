import type { AnalyseOptions } from '../../models/decision/analyse.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import type { CheckReport } from '../../strategy/checks/check-report.ts';
import { checkStrategy } from '../../strategy/checks/check-strategy.ts';
import { closeTasks } from '../../strategy/checks/close-tasks.ts';
import { sampleCandles } from '../../strategy/checks/sample-candles.ts';
import type { Needs } from '../../strategy/contract.ts';
import { strategyVersion } from '../../strategy/load/strategy-version.ts';
import type { LoadedStrategy } from './load-strategy.ts';

/** Candles that a strategy is checked on; without any, a market of our own making. */
export interface CheckMarket {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Of the shortest timeframe that the strategy takes; given that, oldest first. */
  readonly candles: (spacingMs: number, bars: number) => CandleColumns;
  readonly options: AnalyseOptions;
}

const sampleMarket: CheckMarket = {
  symbol: 'BTC/USD',
  timeframe: '1h',
  candles: (spacingMs, bars) => sampleCandles(bars, spacingMs),
  options: {},
};

interface CheckLoadedOptions {
  /** @default a market of our own making */
  readonly market?: CheckMarket;
  /** Parsed parameters. @default the strategy's own */
  readonly params?: Readonly<Record<string, unknown>>;
  readonly decisions: number;
  /** Closes that are decided with another future. @default 3 */
  readonly futures?: number;
  readonly warmUps?: readonly number[];
  readonly limitMs: number;
}

/** Checks a loaded strategy beside its live thread. Rejects where its parameters have no defaults. */
export async function checkLoaded(
  strategy: LoadedStrategy,
  { market = sampleMarket, params, decisions, futures = 3, warmUps = [], limitMs }: CheckLoadedOptions,
): Promise<CheckReport> {
  const parsed = params === undefined ? await strategy.parse({}) : { params };
  if ('error' in parsed) throw new Error(parsed.error);
  const { name, hash, description } = strategy;
  const of = {
    name,
    needs: description.needs,
    params: parsed.params,
    version: strategyVersion(hash, parsed.params),
  };
  const { symbol, timeframe, options } = market;
  const { spacingMs, bars } = neededFor(description.needs, timeframe, decisions, Math.max(0, ...warmUps));
  const tasksOf = (candles: CandleColumns) => closeTasks({ symbol, timeframe, candles, options }, of);
  const report = await checkStrategy({
    tasks: tasksOf(market.candles(spacingMs, bars)),
    tasksOf,
    ask: (task, thread) => strategy.try(task, thread),
    decisions,
    futures,
    warmUps,
    limitMs,
  });
  await strategy.endBeside();
  return report;
}

/** The spacing of the shortest timeframe and how many of its candles hold all windows before the first decision. */
function neededFor(
  { own, ...others }: Needs,
  timeframe: Timeframe,
  decisions: number,
  longest: number,
): { readonly spacingMs: number; readonly bars: number } {
  const ownMs = timeframeMs[timeframe];
  const wanted = Object.entries(others) as [Timeframe, number][];
  const spacingMs = Math.min(ownMs, ...wanted.map(([other]) => timeframeMs[other]));
  const spans = wanted.map(([other, count]) => (count + 1) * timeframeMs[other]);
  const history = Math.max(250 * ownMs, own * ownMs, longest * ownMs, ...spans);
  return { spacingMs, bars: Math.ceil((history + (decisions + 10) * ownMs) / spacingMs) };
}
