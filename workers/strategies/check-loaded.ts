import type { AnalyseOptions } from '../../models/decision/analyse.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import type { CheckReport } from '../../strategy/checks/check-report.ts';
import { checkStrategy } from '../../strategy/checks/check-strategy.ts';
import { closeTasks } from '../../strategy/checks/close-tasks.ts';
import { sampleCandles } from '../../strategy/checks/sample-candles.ts';
import { neededCandles } from '../../strategy/checks/needed-candles.ts';
import { strategyVersion } from '../../strategy/load/strategy-version.ts';
import type { LoadedStrategy } from './load-strategy.ts';

/** Candles that a strategy is checked on; without any, a market of our own making. */
export interface CheckMarket {
  /** Which they are, as it stands behind "on". */
  readonly said: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Of the shortest timeframe that the strategy takes; given that, oldest first. */
  readonly candles: (spacingMs: number, bars: number) => CandleColumns;
  readonly options: AnalyseOptions;
}

export const sampleMarket: CheckMarket = {
  said: 'a market of the server’s own making',
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
  const { said, symbol, timeframe, options } = market;
  const { shortest, bars } = neededCandles(description.needs, timeframe, decisions, Math.max(0, ...warmUps));
  const tasksOf = (candles: CandleColumns) => closeTasks({ symbol, timeframe, candles, options }, of);
  const report = await checkStrategy({
    on: said,
    tasks: tasksOf(market.candles(timeframeMs[shortest], bars)),
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
