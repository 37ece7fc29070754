import { seededRandom } from '../../models/random.ts';
import { mean, quantile, variance } from '../../models/statistics.ts';

/** The odds of one candidate, and what came: 0 TP, 1 SL, 2 neither. */
export interface JudgedOdds {
  forecast: [tp: number, sl: number, neither: number];
  came: 0 | 1 | 2;
  /** Of the price over the horizon, squared log units: as expected, and as its bars turned out. */
  variance: number;
  realised: number;
}

export interface OddsReport {
  n: number;
  /** Mean forecast and observed share of TP, SL and neither. */
  predicted: [number, number, number];
  observed: [number, number, number];
  /** Largest difference of the three. */
  largestError: number;
  /** Forecast less observed share of TP, SL and neither, each with a 95 % interval from a bootstrap of blocks of bars: neighbours share their future. */
  errors: { error: number; interval: [number, number] }[];
  /** Mean of -ln P(outcome); the same for a constant forecast of the observed shares; and the second less the first: above 0 the odds are informative. */
  logScore: number;
  constantLogScore: number;
  skill: number;
  /** Tenths of the candidates by their P(TP), the least first. */
  deciles: { n: number; predicted: number; observed: number }[];
  /** Expected over realised variance: of the means, the median and the mean of the ratios, and the deviation of their logarithm. */
  variance: { ofMeans: number; mean: number; median: number; logDeviation: number };
}

const RESAMPLES = 1000;

/** Judges odds by what came. judged: in order of time. block: bars of one block, at least the horizon. */
export function judgeOdds(judged: readonly JudgedOdds[], block: number): OddsReport {
  const n = judged.length;
  const shares = (of: (one: JudgedOdds, k: number) => number): [number, number, number] => {
    const [a = 0, b = 0, c = 0] = [0, 1, 2].map((k) => mean(judged.map((one) => of(one, k))));
    return [a, b, c];
  };
  const predicted = shares((one, k) => one.forecast[k]!);
  const observed = shares((one, k) => Number(one.came === k));
  const logScore = mean(judged.map(({ forecast, came }) => -Math.log(Math.max(1e-12, forecast[came]))));
  const constantLogScore = observed.reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0);
  const ratios = judged.filter(({ realised }) => realised > 0).map((one) => one.variance / one.realised);
  return {
    n,
    predicted,
    observed,
    largestError: Math.max(...predicted.map((p, k) => Math.abs(p - observed[k]!))),
    errors: [0, 1, 2].map((k) => {
      const errors = judged.map(({ forecast, came }) => forecast[k]! - Number(came === k));
      return { error: mean(errors), interval: blockInterval(errors, block) };
    }),
    logScore,
    constantLogScore,
    skill: constantLogScore - logScore,
    deciles: decilesOf(judged),
    variance: {
      ofMeans: mean(judged.map((one) => one.variance)) / mean(judged.map(({ realised }) => realised)),
      mean: mean(ratios),
      median: quantile(ratios, 0.5),
      logDeviation: Math.sqrt(variance(ratios.map(Math.log))),
    },
  };
}

/**
 * 95 % interval of a mean whose neighbouring values depend on each other: blocks drawn at random, round the end of the series.
 * Source: Politis and Romano 1992, the circular block bootstrap.
 */
function blockInterval(values: readonly number[], block: number): [number, number] {
  const n = values.length;
  if (n === 0) return [Number.NaN, Number.NaN];
  const length = Math.min(Math.max(1, block), n);
  const sums = new Float64Array(2 * n + 1);
  for (let i = 0; i < 2 * n; i++) sums[i + 1] = sums[i]! + values[i % n]!;
  const random = seededRandom(1);
  const blocks = Math.ceil(n / length);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let b = 0; b < blocks; b++) {
      const from = Math.floor(random() * n);
      sum += sums[from + length]! - sums[from]!;
    }
    return sum / (blocks * length);
  });
  return [quantile(means, 0.025), quantile(means, 0.975)];
}

function decilesOf(judged: readonly JudgedOdds[]): OddsReport['deciles'] {
  const sorted = [...judged].sort((a, b) => a.forecast[0] - b.forecast[0]);
  return Array.from({ length: 10 }, (_, d) => {
    const part = sorted.slice(
      Math.round((d * sorted.length) / 10),
      Math.round(((d + 1) * sorted.length) / 10),
    );
    return {
      n: part.length,
      predicted: mean(part.map(({ forecast }) => forecast[0])),
      observed: mean(part.map(({ came }) => Number(came === 0))),
    };
  });
}
