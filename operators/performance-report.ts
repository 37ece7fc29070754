import { brierScore, tradeStatistics, wilsonInterval } from '../models/performance.ts';
import type { PerformanceAnswer, PerformanceFigures } from '../schema/performance.ts';
import type { Outcome } from '../schema/signal.ts';
import type { Timeframe } from '../schema/timeframe.ts';

/** A signal, issued or withheld, whose fate is known. */
export interface Resolved {
  /** The probability of TP that was, or would have been, published with it. */
  readonly confidence: number;
  readonly outcome: Outcome;
}

export interface PerformanceInput {
  readonly symbol: string | null;
  readonly timeframe: Timeframe | null;
  /** Issued and resolved, oldest first by the time they ended. */
  readonly resolved: readonly Resolved[];
  /** Issued and still open. */
  readonly open: number;
  /** Withheld by a gate and resolved in the shadow ledger, oldest first. */
  readonly withheld: readonly (Resolved & { readonly gate: string })[];
}

/** One that was not void: it has a result. */
type Judged<T extends Resolved = Resolved> = T & { readonly outcome: { readonly r: number } };
const hasResult = <T extends Resolved>(one: T): one is Judged<T> => one.outcome.r !== null;

const equityPoints = 1_000;

/** The figures of `/performance`: of resolved signals only; withheld ones stand apart, by gate. */
export function performanceReport(input: PerformanceInput): PerformanceAnswer {
  const { symbol, timeframe, open } = input;
  const resolved = input.resolved.filter(hasResult);
  const withheld = input.withheld.filter(hasResult);
  const ended = (status: Outcome['status']) =>
    input.resolved.filter(({ outcome }) => outcome.status === status).length;
  const gates = [...new Set(withheld.map(({ gate }) => gate))];
  return {
    success: true,
    symbol,
    timeframe,
    ...figures(resolved),
    open,
    by_status: {
      tp: ended('tp'),
      sl: ended('sl'),
      reversed: ended('reversed'),
      expired: ended('expired'),
      void: ended('void'),
    },
    equity: equity(resolved),
    calibration: brierOf(resolved).bins.map((bin) => ({
      from: bin.from,
      to: bin.to,
      count: bin.n,
      predicted: bin.meanForecast,
      observed: bin.observed,
    })),
    withheld: Object.fromEntries(
      gates.map((gate) => [gate, figures(withheld.filter((one) => one.gate === gate))]),
    ),
  };
}

/** A win is a result above zero after cost; the Brier score is of "TP came first within the horizon". */
function figures(resolved: readonly Judged[]): PerformanceFigures {
  const results = resolved.map(({ outcome }) => outcome.r);
  const wins = results.filter((r) => r > 0).length;
  const losses = results.filter((r) => r < 0).length;
  const statistics = tradeStatistics(results);
  const score = brierOf(resolved);
  return {
    resolved: results.length,
    wins,
    losses,
    win_rate: statistics.winRate,
    win_rate_interval: wilsonInterval(wins, results.length),
    profit_factor: statistics.profitFactor,
    expectancy_r: statistics.expectancy,
    max_drawdown_r: results.length === 0 ? null : statistics.maxDrawdown,
    brier:
      score.brier === null
        ? null
        : {
            score: score.brier,
            reliability: score.reliability!,
            resolution: score.resolution!,
            uncertainty: score.uncertainty!,
          },
  };
}

const brierOf = (resolved: readonly Resolved[]) =>
  brierScore(
    resolved.map(({ confidence }) => confidence),
    resolved.map(({ outcome }) => outcome.status === 'tp'),
  );

/** The running sum of R; of a long record the last points, which carry what came before. */
function equity(resolved: readonly Judged[]): PerformanceAnswer['equity'] {
  let sum = 0;
  const points = resolved.map(({ outcome }) => {
    sum += outcome.r;
    return { time: outcome.resolved_at, r: sum };
  });
  return points.slice(-equityPoints);
}
