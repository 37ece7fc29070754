import { brierScore } from '../../../models/report/brier-score.ts';
import { clusteredMean, designEffect } from '../../../models/report/clustered-mean.ts';
import { histogram } from '../../../models/report/histogram.ts';
import { tradeStatistics } from '../../../models/report/trade-statistics.ts';
import { wilsonInterval } from '../../../models/report/wilson-interval.ts';
import type { PerformanceAnswer, PerformanceFigures, ResultsQuery } from '../../../schema/performance.ts';
import type { Outcome } from '../../../schema/signal.ts';
import type { Timeframe } from '../../../schema/timeframe.ts';
import type { SameMarket } from './same-market.ts';

/** A signal, issued or withheld, whose fate is known. */
export interface Resolved {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** The probability of TP that was, or would have been, published with it. */
  readonly confidence: number;
  readonly outcome: Outcome;
  /** What its levels came to; null where that is not known. @default the outcome, where it was not reversed */
  readonly levels?: Outcome | null;
}

export interface PerformanceInput {
  /** What was asked for, which the input has been selected by. @default all */
  readonly query?: ResultsQuery;
  /** Issued and resolved, oldest first by the time they ended. */
  readonly resolved: readonly Resolved[];
  /** Issued and still open. */
  readonly open: number;
  /** Withheld by a gate and resolved in the shadow ledger, oldest first. */
  readonly withheld: readonly (Resolved & { readonly gate: string })[];
  /** Symbols of one market, of which one counts. @default none */
  readonly sameMarket?: readonly SameMarket[];
}

/** One that was not void: it has a result. */
type Judged<T extends Resolved = Resolved> = T & { readonly outcome: { readonly r: number } };
const hasResult = <T extends Resolved>(one: T): one is Judged<T> =>
  one.outcome.r !== null && one.outcome.status !== 'open';

const equityPoints = 1_000;
const day = 86_400_000;

/** The figures of `/performance`: of resolved signals only; withheld ones stand apart, by gate. */
export function performanceReport(input: PerformanceInput): PerformanceAnswer {
  const { query = {}, open, sameMarket = [] } = input;
  const others = new Set(
    sameMarket.flatMap(({ symbols, counted }) => symbols.filter((one) => one !== counted)),
  );
  const known = input.resolved.filter(hasResult);
  const resolved = known.filter((one) => !others.has(one.symbol));
  const withheld = input.withheld.filter(hasResult).filter((one) => !others.has(one.symbol));
  const ended = (status: Outcome['status']) =>
    input.resolved.filter(({ outcome }) => outcome.status === status).length;
  const gates = [...new Set(withheld.map(({ gate }) => gate))];
  return {
    success: true,
    symbol: query.symbol ?? null,
    timeframe: query.timeframe ?? null,
    side: query.side ?? null,
    assignment: query.assignment ?? null,
    ...(query.mode !== undefined && { mode: query.mode }),
    since: query.since ?? null,
    until: query.until ?? null,
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
    histogram: histogram(resolved.map(({ outcome }) => outcome.r)),
    calibration: brierOf(resolved).bins.map((bin) => ({
      from: bin.from,
      to: bin.to,
      count: bin.n,
      predicted: bin.meanForecast,
      observed: bin.observed,
    })),
    same_market: sameMarket.map(({ symbols, counted, correlation }) => ({
      symbols: [...symbols],
      counted,
      correlation,
      left_out: known.filter((one) => one.symbol !== counted && symbols.includes(one.symbol)).length,
    })),
    withheld: Object.fromEntries(
      gates.map((gate) => [gate, figures(withheld.filter((one) => one.gate === gate))]),
    ),
  };
}

/**
 * A win is a result above zero after cost; the Brier score is of "TP came first within the horizon". Signals that ended on one day
 * shared its market and count as one cluster.
 */
function figures(resolved: readonly Judged[]): PerformanceFigures {
  const results = resolved.map(({ outcome }) => outcome.r);
  const days = resolved.map(({ outcome }) => Math.floor(outcome.resolved_at / day));
  const wins = results.filter((r) => r > 0).length;
  const losses = results.filter((r) => r < 0).length;
  const pools = new Set(resolved.map((one) => `${one.symbol} ${one.timeframe}`)).size > 1;
  const effect = pools
    ? designEffect(
        results.map((r) => r > 0),
        days,
      )
    : null;
  const statistics = tradeStatistics(results);
  const expectancy = clusteredMean(results, days);
  const score = brierOf(resolved);
  return {
    resolved: results.length,
    wins,
    losses,
    win_rate: statistics.winRate,
    win_rate_interval: wilsonInterval(wins, results.length, effect ?? 1),
    design_effect: effect,
    days: expectancy.clusters,
    profit_factor: statistics.profitFactor,
    expectancy_r: statistics.expectancy,
    expectancy_r_error: expectancy.error,
    expectancy_r_interval: expectancy.interval,
    max_drawdown_r: results.length === 0 ? null : statistics.maxDrawdown,
    brier:
      score.brier === null
        ? null
        : {
            n: score.n,
            score: score.brier,
            reliability: score.reliability!,
            resolution: score.resolution!,
            uncertainty: score.uncertainty!,
          },
  };
}

/** Of those whose levels' end is known: a reversal decides nothing about them. */
function brierOf(resolved: readonly Resolved[]) {
  const judged = resolved.flatMap(({ confidence, outcome, levels }) => {
    const end = levels === undefined && outcome.status !== 'reversed' ? outcome : levels;
    return end == null || end.r === null || end.status === 'open'
      ? []
      : [{ confidence, hit: end.status === 'tp' }];
  });
  return brierScore(
    judged.map(({ confidence }) => confidence),
    judged.map(({ hit }) => hit),
  );
}

/** The running sum of R; of a long record the last points, which carry what came before. */
function equity(resolved: readonly Judged[]): PerformanceAnswer['equity'] {
  let sum = 0;
  const points = resolved.map(({ outcome }) => {
    sum += outcome.r;
    return { time: outcome.resolved_at, r: sum };
  });
  return points.slice(-equityPoints);
}
