import { type RegimeName, type RegimeRun, REGIMES } from './analysis.ts';

/**
 * The regimes of the window's bars as runs, oldest first, by filtered probabilities: what each bar looked like without the bars after it.
 * filtered: T x 3, states in the order of `REGIMES`.
 */
export function regimeRuns(filtered: Float64Array): RegimeRun[] {
  const runs: RegimeRun[] = [];
  const K = REGIMES.length;
  for (let at = 0; at < filtered.length; at += K) {
    const state: RegimeName = REGIMES[likeliest(filtered, at)]!;
    const last = runs.at(-1);
    if (last?.state === state) last.bars++;
    else runs.push({ state, bars: 1 });
  }
  return runs;
}

/** Index of the largest of three probabilities; the first of equals. */
export function likeliest(probabilities: Float64Array, at = 0): number {
  let index = 0;
  for (let k = 1; k < REGIMES.length; k++) if (probabilities[at + k]! > probabilities[at + index]!) index = k;
  return index;
}
