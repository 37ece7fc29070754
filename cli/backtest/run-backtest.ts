import type { AnalyseOptions } from '../../models/decision/analyse.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import { WINDOW } from '../../models/decision/known-market.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { correlation, mean } from '../../models/statistics.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import { checkSpacing } from '../candles/check-spacing.ts';
import type { SpacedCandles } from '../candles/spaced-candles.ts';
import { DataError } from '../command.ts';
import { byModelAlone, candidateOdds } from './candidate-odds.ts';
import { experiencedWalk } from './experienced-walk.ts';
import { fileMarkets } from './file/file-market.ts';
import { foldFile } from './file/fold-file.ts';
import { horizonOf } from './horizon-of.ts';
import { judgeOdds, type OddsReport } from './judge-odds.ts';
import type { PlayedSignal } from './played-signals.ts';
import { playSignals } from './play-signals.ts';
import type { Reading } from './reading.ts';
import { FILTERS, type Summary, summarise } from './report/summarise.ts';
import { tossedDirections, type TossReport } from './tossed-directions.ts';
import { type AskedStrategy, windowOf } from '../../strategy/run/analyse-stretch.ts';
import type { BacktestStrategy } from './strategy/backtest-strategy.ts';
import { strategyCloses } from './strategy/strategy-closes.ts';
import { strategyForward } from './strategy/strategy-forward.ts';
import { tooFewCandles } from './report/too-few-candles.ts';
import { walkForward } from './walk-forward.ts';
import { type WithheldGroup, withheldByReason } from './report/withheld-by-reason.ts';

export interface BacktestOptions {
  /** Minutes, or what the file has: its candles judge the outcomes. */
  minutes: SpacedCandles;
  symbol: string;
  timeframe: Timeframe;
  analyse: AnalyseOptions & { costBps: number };
  /** Values of RISK_MIN_EXPECTED_R to report the remaining signals for. @default none */
  minExpectedR?: readonly number[];
  /** Rounds of tossed directions. @default 0 */
  tosses?: number;
  threads: number;
  /** Who decides. @default the built-in rule */
  strategy?: BacktestStrategy | undefined;
  /** Bars analysed of all. */
  onProgress?: (done: number, all: number) => void;
}

export interface BacktestReport {
  /** Who decided, and why of its decisions some were none; null: the built-in rule. */
  strategy: (AskedStrategy & { faults: { n: number; first: string } | null }) | null;
  /** What it speaks of: the first close that was decided on and the last, ISO. */
  span: { from: string; to: string };
  /** Length of the candles that outcomes were judged on, ms, and signals of which one held TP and SL: SL was counted. */
  judgedOnMs: number;
  ambiguous: number;
  decisions: number;
  /** Bars on which a direction was called, before one signal at a time. */
  called: number;
  /** Calls that a gate of the analysis refused. */
  refused: Record<string, number>;
  signals: Summary;
  /** What each filter, which the rule does not apply, would have left. */
  filters: Record<string, Summary>;
  /** With the server's gates at their defaults, and what they withheld, by reason with its numbers left out. */
  gated: Summary;
  /** The same with RISK_MIN_EXPECTED_R besides, by its value. */
  gatedAtLeast: Record<string, Summary>;
  withheld: Record<string, WithheldGroup>;
  /** Levels of every bar's candidate, issued or not: forecast against what came. */
  candidates: OddsReport;
  /** The same by the model alone, before what came of earlier candidates moves its odds. */
  candidatesByModel: OddsReport;
  /** How much of the model's errors may be luck; null where nothing was tossed. */
  tossed: TossReport | null;
  /** Of the expected drift with the return over the next horizon. */
  driftCorrelation: number;
  /** Largest and mean difference of the two odds engines. */
  oddsDisagreement: { mean: number; largest: number };
  /** Net R after each signal, summed. */
  equity: number[];
}

/**
 * Walks forward over a file of candles, then plays the signals and measures them. Throws a DataError where the candles do not fit the
 * timeframe, or are too few.
 */
export async function runBacktest({
  minutes,
  symbol,
  timeframe,
  analyse,
  minExpectedR = [],
  tosses = 0,
  threads,
  strategy,
  onProgress,
}: BacktestOptions): Promise<{ report: BacktestReport; signals: readonly PlayedSignal[] }> {
  checkSpacing(minutes, timeframe);
  const barMs = timeframeMs[timeframe];
  const market = { minutes, symbol, timeframe };
  const folded = foldFile(market);
  const { candles, closeTimes } = folded;
  const bars = strategy === undefined ? WINDOW : windowOf(strategy.loaded.description.needs);
  if (candles.time.length < bars) {
    const { horizonBars = 24 } = analyse;
    const made = candles.time.length;
    throw new DataError(tooFewCandles(minutes, { timeframe, made, bars, horizonBars }));
  }
  // What counts as a break in a price depends on the class of its symbol.
  const options = { jumpStep: fileMarkets.jumpLimitsOf(symbol).step, ...analyse };
  const decided = await (strategy === undefined
    ? walkForward(candles, options, threads, barMs, onProgress)
    : strategyForward(
        strategy,
        strategyCloses(market, folded, strategy.loaded.description.needs, options),
        threads,
        onProgress,
      ));
  const analyses = experiencedWalk(decided, folded, market);
  const all = [...analyses.values()];
  const horizonBars = all.reduce((most, one) => Math.max(most, one.horizonBars), 1);
  // Blocks of a day, and of no less than a horizon.
  const block = Math.max(horizonBars, Math.round(86_400_000 / barMs));
  const played = await playSignals({
    market,
    folded,
    analyses: all,
    options,
    bars,
    readings: { ...readings, ...gatedAtLeast(minExpectedR) },
  });
  const summaryOf = (name: string): Summary => summarise(played[name]!.signals, analyses.size);
  const { signals } = played['signals']!;
  const closeOf = (bar: number): number => closeTimes[bar]!;
  const horizon = horizonOf(symbol, timeframe);
  const followed = candidateOdds(candles, minutes, analyses, { closeOf, horizon });
  const alone = byModelAlone(followed);
  let net = 0;
  const disagreements = all.flatMap(({ oddsDisagreement }) => oddsDisagreement ?? []);
  const closes = [...analyses.keys()].map(closeOf);
  const report: BacktestReport = {
    strategy: strategy === undefined ? null : { ...strategy.asked, faults: faultsOf(all) },
    span: { from: new Date(closes[0]!).toISOString(), to: new Date(closes.at(-1)!).toISOString() },
    judgedOnMs: minutes.spacingMs,
    ambiguous: signals.filter(({ levels }) => levels.ambiguous).length,
    decisions: analyses.size,
    called: all.filter(({ direction }) => direction !== 'WAIT').length,
    refused: { cost: all.filter(({ reasons }) => reasons[0]!.startsWith('Cost')).length },
    signals: summaryOf('signals'),
    filters: Object.fromEntries(Object.keys(FILTERS).map((name) => [name, summaryOf(name)])),
    gated: summaryOf('gated'),
    gatedAtLeast: Object.fromEntries(minExpectedR.map((least) => [String(least), summaryOf(atLeast(least))])),
    withheld: withheldByReason(played['gated']!.withheld),
    candidates: judgeOdds(followed, block),
    candidatesByModel: judgeOdds(alone, block),
    tossed: tosses > 0 ? tossedDirections(alone, minutes, tosses) : null,
    driftCorrelation: driftCorrelation(candles, analyses),
    oddsDisagreement: {
      mean: mean(disagreements),
      largest: disagreements.reduce((a, b) => Math.max(a, b), 0),
    },
    equity: signals.map(({ r }) => (net += r)),
  };
  return { report, signals };
}

function faultsOf(analyses: readonly Analysis[]): { n: number; first: string } | null {
  const faults = analyses.flatMap(({ strategy }) => strategy?.fault ?? []);
  return faults[0] === undefined ? null : { n: faults.length, first: faults[0].message };
}

/** Whatever is called; the same behind the gates; and what each filter leaves of it. */
const readings: Record<string, Reading> = {
  signals: { gates: null },
  gated: { gates: {} },
  ...Object.fromEntries(Object.entries(FILTERS).map(([name, accept]) => [name, { accept, gates: null }])),
};

const atLeast = (least: number): string => `gated at ${least}`;
const gatedAtLeast = (values: readonly number[]): Record<string, Reading> =>
  Object.fromEntries(values.map((least) => [atLeast(least), { gates: { minExpectedR: least } }]));

function driftCorrelation({ close }: CandleColumns, analyses: ReadonlyMap<number, Analysis>): number {
  const drifts: number[] = [];
  const returns: number[] = [];
  for (const [bar, { score, horizonVolatility, horizonBars }] of analyses) {
    const later = close[bar + horizonBars];
    if (later === undefined) continue;
    drifts.push(score * horizonVolatility);
    returns.push(Math.log(later / close[bar]!));
  }
  return correlation(drifts, returns);
}
