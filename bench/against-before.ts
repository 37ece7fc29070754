import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { analyse } from '../models/decision/analyse.ts';
import type { Analysis } from '../models/decision/analysis.ts';
import type { CandleColumns } from '../models/candle-columns.ts';
import { quantile } from '../models/statistics.ts';

/** Rounds over all windows, of which each window's quickest counts: what else the machine does comes and goes. */
const ROUNDS = 5;

/**
 * Sets the analysis beside that of another checkout of the project, window by window in turns. Prints the ratios by the clock and by this
 * thread's processor time, which a busy machine leaves alone but kernels may count in steps of 4 ms, the likelihoods and the decisions.
 *
 *     git worktree add ../before <commit> && npm run bench:analysis -- --before ../before
 */
export async function againstBefore(folder: string, windows: readonly CandleColumns[]): Promise<void> {
  // Until version 2 of the model its file stood at the root of the folder.
  const file = ['models/decision/analyse.ts', 'models/analyse.ts'].find((path) =>
    existsSync(join(folder, path)),
  );
  if (file === undefined) throw new RangeError(`${folder} is no checkout of the project`);
  const other = (await import(pathToFileURL(join(folder, file)).href)) as { analyse: typeof analyse };
  const [now, before] = [emptyRun(analyse), emptyRun(other.analyse)];
  for (const window of windows.slice(0, 20)) for (const run of [now, before]) run.analyse(window);
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, window] of windows.entries()) for (const run of [now, before]) measure(run, window, i);

  const ratio = (q: number) => (quantile(now.ms, q) / quantile(before.ms, q)).toFixed(3);
  const of = ({ ms }: Run) => `p50 ${quantile(ms, 0.5).toFixed(2)}, p95 ${quantile(ms, 0.95).toFixed(2)} ms`;
  const gains = now.found.map(
    ({ hmm }, i) => (hmm?.logLikelihood ?? 0) - (before.found[i]!.hmm?.logLikelihood ?? 0),
  );
  const worse = gains.filter((gain) => gain < -0.05).length;
  const same = now.found.filter(({ direction }, i) => direction === before.found[i]!.direction).length;
  console.log(`before: ${of(before)}; now: ${of(now)}`);
  console.log(
    `now over before: p50 ${ratio(0.5)}, p95 ${ratio(0.95)}; all processor time ${(now.cpuMs / before.cpuMs).toFixed(3)}`,
  );
  console.log(
    `likelihood worse by more than 0.05 nats in ${worse} of ${gains.length} windows, least ${Math.min(...gains).toFixed(3)}; decisions the same in ${same}`,
  );
}

interface Run {
  analyse: (window: CandleColumns) => Analysis;
  ms: number[];
  cpuMs: number;
  found: Analysis[];
}

const emptyRun = (analyseWith: (window: CandleColumns) => Analysis): Run => ({
  analyse: (window) => analyseWith(window),
  ms: [],
  cpuMs: 0,
  found: [],
});

function measure(run: Run, window: CandleColumns, i: number): void {
  const start = performance.now();
  const cpu = process.threadCpuUsage();
  run.found[i] = run.analyse(window);
  const { user, system } = process.threadCpuUsage(cpu);
  run.ms[i] = Math.min(run.ms[i] ?? Infinity, performance.now() - start);
  run.cpuMs += (user + system) / 1000;
}
