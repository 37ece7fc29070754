/**
 * How long one analysis takes on one thread, by stage, against the same work done as a textbook prints it, in one run.
 *
 *     npm run bench:analysis [-- minutes.csv.gz] [--before ../other-checkout]
 *
 * default: the BTC month beside the project, else a simulated market
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { aggregateCandles } from '../cli/aggregate-candles.ts';
import { candlesUpTo } from '../cli/backtest/analyse-bars.ts';
import { readCandles } from '../cli/candles/read-candles.ts';
import { analyse } from '../models/decision/analyse.ts';
import type { Analysis } from '../models/decision/analysis.ts';
import { fitHmm } from '../models/hmm/baum-welch.ts';
import { features } from '../models/hmm/features.ts';
import { marketContext } from '../models/chart/market-context.ts';
import { type RegimeInput, simulateRegimeFirstPassage } from '../models/odds/monte-carlo.ts';
import { orderStates } from '../models/hmm/order-states.ts';
import { regimeClasses } from '../models/odds/regime-classes.ts';
import { seededRandom } from '../models/random.ts';
import { regimeLattice } from '../models/odds/regime-lattice.ts';
import { regimeModes } from '../models/odds/regime-modes.ts';
import { mean, quantile } from '../models/statistics.ts';
import { threeStateRegimes } from '../models/hmm/three-state-regimes.ts';
import { againstBefore } from './against-before.ts';
import { benchArguments } from './bench-arguments.ts';
import { simulatedCandles } from './simulated-candles.ts';
import { textbookFit } from './textbook-fit.ts';

const WINDOWS = 200;
const BASELINE_WINDOWS = 8;
/** Paths at which plain sampling of a probability near one third has a standard error of 0.003. */
const BASELINE_PATHS = 28_000;

const beside = fileURLToPath(new URL('../../shared/data/btc-perp-1m-2022-01.csv.gz', import.meta.url));
const help = `Usage: npm run bench:analysis [-- minutes.csv.gz] [--before ../other-checkout]

How long one analysis takes on one thread, by stage, against the same work done as a textbook prints it; --before: against another
checkout. Without a file: the BTC month beside the project, else a simulated market.`;
const { values, positionals } = benchArguments(help, { before: { type: 'string' } }, 1);
const file = positionals[0] ?? (existsSync(beside) ? beside : undefined);
const candles =
  file === undefined
    ? simulatedCandles(3000)
    : aggregateCandles((await readCandles(file)).candles, 15 * 60_000);
const spacing = Math.floor((candles.close.length - 250) / WINDOWS);
const windows = Array.from({ length: WINDOWS }, (_, i) => candlesUpTo(candles, 249 + i * spacing));

const fitOptions = { states: 3, dimensions: 2, restarts: 10, seed: 1, minOccupancy: 0.05 };
const observations = windows.map((window) => features(window).observations());
const whole = time(windows, (window) => analyse(window));
const fits = time(observations, (data) => fitHmm(data, fitOptions));
const passages = whole.results.flatMap((analysis) => passageOf(analysis) ?? []);
const lattice = time(passages, regimeLattice);
const fewer = time(observations.slice(0, BASELINE_WINDOWS), (data) =>
  textbookFit(data, 3, 2, { restarts: 10, tolerance: 1e-4, seed: 1 }),
);
const sampled = time(passages.slice(0, BASELINE_WINDOWS), (input) =>
  simulateRegimeFirstPassage({ ...input, paths: BASELINE_PATHS, random: seededRandom(1) }),
);

console.log(
  `${file === undefined ? 'simulated market' : 'BTC 15min'}, ${WINDOWS} windows of 250 candles, Node ${process.version}`,
);
console.table({
  'features and market context': row(
    time(windows, (window) => [features(window).observations(), marketContext(window)]),
  ),
  'fit, 10 restarts': row(fits),
  'filter and smoother': row(
    time(observations, (data, i) => {
      const hmm = orderStates(fits.results[i]!.hmm);
      return threeStateRegimes(hmm, data);
    }),
  ),
  'odds, lattice': row(lattice),
  'odds, path classes as check': row(time(passages, regimeClasses)),
  'odds, doubt about the variance': row(time(passages, (input) => regimeModes(input, [0.5, 1, 1, 2]))),
  'whole analysis': row(whole),
  'baseline: textbook fit': row(fewer),
  'baseline: bridge-corrected paths': row(sampled),
});
const baseline = fewer.p50 + sampled.p50;
console.log(
  `whole analysis against the baseline's fit and odds alone: ${(baseline / whole.p50).toFixed(0)} times as fast`,
);
const gaps = fewer.results.map((fit, i) => fits.results[i]!.logLikelihood - fit.logLikelihood);
console.log(
  `log-likelihood over the baseline's: mean ${mean(gaps).toFixed(3)}, least ${Math.min(...gaps).toFixed(3)} nats`,
);
const errors = sampled.results.map(
  (odds, i) => Math.abs(odds.up - lattice.results[i]!.up) / odds.standardError!,
);
console.log(
  `lattice against sampled odds: ${mean(errors).toFixed(2)} standard errors apart on average, ${Math.max(...errors).toFixed(2)} at most`,
);

const seeds = windows.map((window) => [1, 2, 3, 4, 5].map((seed) => analyse(window, { seed }).direction));
const pairs = seeds.flatMap((calls) =>
  calls.flatMap((call, i) =>
    call === 'WAIT' ? [] : calls.filter((_, j) => j !== i).map((other) => other === call),
  ),
);
console.log(
  `calls the same from another of five seeds: ${(100 * mean(pairs.map(Number))).toFixed(1)} % of ${pairs.length} pairs`,
);
if (values.before !== undefined) await againstBefore(values.before, windows);

interface Timing<Result> {
  p50: number;
  p95: number;
  results: Result[];
}

/** Milliseconds a call, over all inputs, after a warm-up on some of them. */
function time<Input, Result>(
  inputs: readonly Input[],
  work: (input: Input, index: number) => Result,
): Timing<Result> {
  for (const [i, input] of inputs.slice(0, 20).entries()) work(input, i);
  const durations: number[] = [];
  const results = inputs.map((input, i) => {
    const start = performance.now();
    const result = work(input, i);
    durations.push(performance.now() - start);
    return result;
  });
  return { p50: quantile(durations, 0.5), p95: quantile(durations, 0.95), results };
}

function row({ p50, p95, results }: Timing<unknown>): Record<string, number> {
  return { 'p50 ms': Number(p50.toFixed(3)), 'p95 ms': Number(p95.toFixed(3)), runs: results.length };
}

/** The question the analysis put to its odds engine. */
function passageOf({ candidate, entry, hmm, regime, horizonBars }: Analysis): RegimeInput | null {
  if (!candidate || !hmm) return null;
  const [a, b] = [Math.log(candidate.tp / entry), Math.log(candidate.sl / entry)];
  return {
    up: Math.max(a, b),
    down: -Math.min(a, b),
    horizon: horizonBars,
    stateProbability: Object.values(regime.probabilities),
    transition: hmm.transition,
    drifts: hmm.drifts,
    volatilities: hmm.volatilities,
  };
}
