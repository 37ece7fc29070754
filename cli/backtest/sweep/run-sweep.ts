import { mean, variance } from '../../../models/statistics.ts';
import type { AskedStrategy } from '../../../strategy/run/analyse-stretch.ts';
import { windowOf } from '../../../strategy/run/analyse-stretch.ts';
import { checkSpacing } from '../../candles/check-spacing.ts';
import { DataError } from '../../command.ts';
import { type FileMarket, fileMarkets } from '../file/file-market.ts';
import { foldFile } from '../file/fold-file.ts';
import { tooFewCandles } from '../report/too-few-candles.ts';
import type { BacktestStrategy } from '../strategy/backtest-strategy.ts';
import { strategyCloses } from '../strategy/strategy-closes.ts';
import { playCalls } from './play-calls.ts';
import { sweepCalls } from './sweep-calls.ts';

export interface SweepOptions {
  readonly market: FileMarket;
  readonly strategy: Pick<BacktestStrategy, 'loaded'>;
  readonly settings: readonly AskedStrategy[];
  readonly analyse: { readonly costBps: number; readonly minReward: number; readonly seed: number };
  readonly threads: number;
  readonly onProgress?: (done: number, all: number) => void;
}

/** What one setting came to: every call, without gates. */
export interface SweepRow {
  readonly params: AskedStrategy['params'];
  readonly version: string;
  readonly n: number;
  /** Mean R after cost, and its 95 % half width; NaN without signals. */
  readonly expectancyR: number;
  readonly expectancyError: number;
  /** Share of the signals whose levels came to TP. */
  readonly tp: number;
}

export interface SweepReport {
  readonly strategy: string;
  /** Settings: each is a trial. */
  readonly trials: number;
  readonly span: { readonly from: string; readonly to: string };
  readonly closes: number;
  readonly faults: { readonly n: number; readonly first: string | null };
  /** In the order of the grid. */
  readonly rows: readonly SweepRow[];
}

/** Plays every setting over a file's candles. Throws a DataError where those do not fit, are too few, or the strategy does not come to an end. */
export async function runSweep(options: SweepOptions): Promise<SweepReport> {
  const { market, strategy, settings, analyse, threads, onProgress = () => {} } = options;
  const { minutes, symbol, timeframe } = market;
  checkSpacing(minutes, timeframe);
  const folded = foldFile(market);
  const { needs } = strategy.loaded.description;
  const [bars, made] = [windowOf(needs), folded.closed.length];
  if (made < bars) throw new DataError(tooFewCandles(minutes, { timeframe, made, bars, horizonBars: 24 }));
  const asked = { jumpStep: fileMarkets.jumpLimitsOf(symbol).step, ...analyse };
  const calls = sweepCalls(strategy, settings, strategyCloses(market, folded, needs, asked), threads);
  const played = await playCalls({ market, folded, settings, calls, costBps: analyse.costBps, onProgress });
  const at = (bar: number): string => new Date(folded.closeTimes[bar]!).toISOString();
  return {
    strategy: strategy.loaded.name,
    trials: settings.length,
    span: { from: at(bars - 1), to: at(made - 1) },
    closes: made - bars + 1,
    faults: calls.faults(),
    rows: played.map(({ signals }, i) => {
      const r = signals.map((signal) => signal.r);
      const { params, version } = settings[i]!;
      return {
        params,
        version,
        n: r.length,
        expectancyR: mean(r),
        expectancyError: 1.96 * Math.sqrt(variance(r, 1) / Math.max(1, r.length)),
        tp: signals.filter(({ levels }) => levels.end === 'tp').length / r.length,
      };
    }),
  };
}
