import { type AnalyseOptions, WINDOW } from '../../models/decision/analyse.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { correlation, mean } from '../../models/statistics.ts';
import type { RiskLimits } from '../../operators/signals/gates/risk-gate.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import { aggregateCandles } from '../aggregate-candles.ts';
import { checkSpacing } from '../candles/check-spacing.ts';
import type { SpacedCandles } from '../candles/spaced-candles.ts';
import { DataError } from '../command.ts';
import { candidateOdds } from './candidate-odds.ts';
import { horizonOf } from './horizon-of.ts';
import { judgeOdds, type OddsReport } from './judge-odds.ts';
import { type ReplayedSignal, replaySignals } from './replay-signals.ts';
import { riskGateOf } from './risk-gate-of.ts';
import { FILTERS, type Summary, summarise } from './summarise.ts';
import { tossedDirections, type TossReport } from './tossed-directions.ts';
import { tooFewCandles } from './too-few-candles.ts';
import { walkForward } from './walk-forward.ts';
import { type WithheldGroup, withheldByReason } from './withheld-by-reason.ts';

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
  /** Bars analysed of all. */
  onProgress?: (done: number, all: number) => void;
}

export interface BacktestReport {
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
  /** With the server's risk gate at its defaults, and what it withheld, by reason with its numbers left out. */
  gated: Summary;
  /** The same with RISK_MIN_EXPECTED_R besides, by its value. */
  gatedAtLeast: Record<string, Summary>;
  withheld: Record<string, WithheldGroup>;
  /** Levels of every bar's candidate, issued or not: forecast against what came. */
  candidates: OddsReport;
  /** How much of its errors may be luck; null where nothing was tossed. */
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
  onProgress,
}: BacktestOptions): Promise<{ report: BacktestReport; signals: readonly ReplayedSignal[] }> {
  const barMs = timeframeMs[timeframe];
  checkSpacing(minutes, timeframe);
  const candles = aggregateCandles(minutes, barMs);
  const { horizonBars = 24 } = analyse;
  if (candles.time.length < WINDOW)
    throw new DataError(tooFewCandles(minutes, { timeframe, made: candles.time.length, horizonBars }));
  const analyses = await walkForward(candles, analyse, threads, barMs, onProgress);
  const all = [...analyses.values()];
  const horizon = horizonOf(symbol, timeframe);
  // Blocks of a day, and of no less than a horizon.
  const block = Math.max(horizonBars, Math.round(86_400_000 / barMs));
  const costs = { barMs, horizon, costBps: analyse.costBps };
  const { signals } = replaySignals(candles, minutes, analyses, costs);
  const behindGate = (limits: Partial<RiskLimits> = {}) =>
    replaySignals(candles, minutes, analyses, {
      ...costs,
      gate: riskGateOf(candles, symbol, timeframe, analyse, limits),
    });
  const gated = behindGate();
  const followed = candidateOdds(candles, minutes, analyses, { barMs, horizon });
  const filtered = (accept: (analysis: Analysis) => boolean): Summary =>
    summarise(replaySignals(candles, minutes, analyses, { ...costs, accept }).signals, analyses.size);
  let net = 0;
  const disagreements = all.flatMap(({ oddsDisagreement }) => oddsDisagreement ?? []);
  const closes = [...analyses.keys()].map((bar) => candles.time[bar]! + barMs);
  const report: BacktestReport = {
    span: { from: new Date(closes[0]!).toISOString(), to: new Date(closes.at(-1)!).toISOString() },
    judgedOnMs: minutes.spacingMs,
    ambiguous: signals.filter(({ levels }) => levels.ambiguous).length,
    decisions: analyses.size,
    called: all.filter(({ direction }) => direction !== 'WAIT').length,
    refused: { cost: all.filter(({ reasons }) => reasons[0]!.startsWith('Cost')).length },
    signals: summarise(signals, analyses.size),
    filters: Object.fromEntries(Object.entries(FILTERS).map(([name, accept]) => [name, filtered(accept)])),
    gated: summarise(gated.signals, analyses.size),
    gatedAtLeast: Object.fromEntries(
      minExpectedR.map((least) => [
        String(least),
        summarise(behindGate({ minExpectedR: least }).signals, analyses.size),
      ]),
    ),
    withheld: withheldByReason(gated.withheld),
    candidates: judgeOdds(followed, block),
    tossed: tosses > 0 ? tossedDirections(followed, minutes, tosses) : null,
    driftCorrelation: driftCorrelation(candles, analyses),
    oddsDisagreement: {
      mean: mean(disagreements),
      largest: disagreements.reduce((a, b) => Math.max(a, b), 0),
    },
    equity: signals.map(({ r }) => (net += r)),
  };
  return { report, signals };
}

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
