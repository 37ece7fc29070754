import { wilsonInterval } from './wilson-interval.ts';

/** Forecasts of a like probability, against what came. */
interface ReliabilityBin {
  /** Bounds of the bin, [from, to), the last one closed. */
  from: number;
  to: number;
  n: number;
  meanForecast: number;
  observed: number;
  /** 95 % Wilson interval of `observed`. */
  interval: [low: number, high: number];
}

export interface BrierScore {
  n: number;
  /** Mean squared error of the forecasts, 0 best. Equals reliability - resolution + uncertainty. */
  brier: number | null;
  /** How far observed shares stray from their forecasts, 0 best. */
  reliability: number | null;
  /** How far observed shares stray from the base rate, more is better; with the terms inside the bins (Stephenson et al. 2008). */
  resolution: number | null;
  /** Variance of the outcomes: the score of always forecasting the base rate. */
  uncertainty: number | null;
  /** 1 - brier / uncertainty; null where all outcomes are the same. */
  skill: number | null;
  /** Mean distance between observed and forecast share, weighted by bin. */
  calibrationError: number | null;
  /** Mean negative log-likelihood in nats; null where a certain forecast was wrong. */
  logLoss: number | null;
  /** Bins that hold forecasts, ascending. */
  bins: ReliabilityBin[];
}

/**
 * Brier score with Murphy's decomposition (1973) over equal bins of forecast probability. The identity holds for every input: what varies
 * inside a bin is counted to the resolution.
 *
 * forecasts: probabilities. outcomes: as many, 1 or true where the event came. Throws a RangeError on unequal lengths or no probability.
 */
export function brierScore(
  forecasts: ArrayLike<number>,
  outcomes: ArrayLike<number | boolean>,
  binCount = 10,
): BrierScore {
  const n = forecasts.length;
  if (outcomes.length !== n) throw new RangeError(`${n} forecasts for ${outcomes.length} outcomes`);
  if (n === 0) return EMPTY;
  const sums = Array.from({ length: binCount }, () => ({ n: 0, forecast: 0, outcome: 0 }));
  let [squares, logLoss, events] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const forecast = forecasts[i]!;
    const outcome = Number(outcomes[i]);
    if (!(forecast >= 0 && forecast <= 1)) throw new RangeError(`forecast ${forecast} is no probability`);
    const bin = sums[Math.min(binCount - 1, Math.floor(forecast * binCount))]!;
    bin.n++;
    bin.forecast += forecast;
    bin.outcome += outcome;
    events += outcome;
    squares += (forecast - outcome) ** 2;
    logLoss -= Math.log(outcome === 1 ? forecast : 1 - forecast);
  }
  const bins = sums.flatMap((sum, i) => (sum.n > 0 ? [toBin(sum, i / binCount, (i + 1) / binCount)] : []));
  const weighted = (value: (bin: ReliabilityBin) => number): number =>
    bins.reduce((total, bin) => total + (bin.n / n) * value(bin), 0);
  const brier = squares / n;
  const reliability = weighted((bin) => (bin.meanForecast - bin.observed) ** 2);
  const uncertainty = (events / n) * (1 - events / n);
  return {
    n,
    brier,
    reliability,
    resolution: reliability + uncertainty - brier,
    uncertainty,
    skill: uncertainty > 0 ? 1 - brier / uncertainty : null,
    calibrationError: weighted((bin) => Math.abs(bin.meanForecast - bin.observed)),
    logLoss: Number.isFinite(logLoss) ? logLoss / n : null,
    bins,
  };
}

const EMPTY: BrierScore = {
  n: 0,
  brier: null,
  reliability: null,
  resolution: null,
  uncertainty: null,
  skill: null,
  calibrationError: null,
  logLoss: null,
  bins: [],
};

function toBin(
  sum: { n: number; forecast: number; outcome: number },
  from: number,
  to: number,
): ReliabilityBin {
  return {
    from,
    to,
    n: sum.n,
    meanForecast: sum.forecast / sum.n,
    observed: sum.outcome / sum.n,
    interval: wilsonInterval(sum.outcome, sum.n)!,
  };
}
