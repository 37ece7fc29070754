import { dirname } from 'node:path';
import { isEquivalent } from './equivalent-mutants.ts';
import { mutated, type Mutant } from './mutants-of.ts';
import type { ReachingTest } from './reaching-tests.ts';
import type { TestLimits, TestRun } from './run-tests.ts';
import type { WorkingCopy } from './working-copy.ts';

/** `late`: a test, or all of them, ran into the time limit, which somebody would have seen. `unreached`: no test imports the file. */
export type Fate = 'killed' | 'late' | 'survived' | 'unreached' | 'equivalent';

export interface Verdict {
  readonly mutant: Mutant;
  readonly fate: Fate;
  /** The test that noticed. */
  readonly by: string;
}

export interface Judge {
  readonly copy: WorkingCopy;
  readonly testsOf: (file: string) => readonly ReachingTest[];
  readonly warn: (problem: string) => void;
  readonly run: (files: readonly string[], limits?: TestLimits) => Promise<TestRun>;
}

/**
 * Judges mutants one after the other. Tests are first run without a mutant: they must pass, and their time is the measure of the limits.
 */
export function createJudge({ copy, testsOf, run, warn }: Judge): (mutant: Mutant) => Promise<Verdict> {
  const known = new Map<string, Promise<Measured | null>>();
  const measured = (files: readonly string[]): Promise<Measured | null> => {
    const key = files.join(' ');
    const those = known.get(key) ?? measure(files, run, warn);
    known.set(key, those);
    return those;
  };
  return async (mutant) => {
    if (isEquivalent(mutant)) return { mutant, fate: 'equivalent', by: '' };
    const text = mutated(copy.read(mutant.file), mutant);
    let isReached = false;
    for (const batch of batches(testsOf(mutant.file), mutant.file)) {
      const those = await measured(batch);
      if (those === null) continue;
      isReached = true;
      const { files, limits } = those;
      const { result, failure } = await copy.with(mutant.file, text, () => run(files, limits));
      if (result === 'failed') return { mutant, fate: 'killed', by: failure };
      if (result === 'late') return { mutant, fate: 'late', by: files.join(' ') };
    }
    return { mutant, fate: isReached ? 'survived' : 'unreached', by: '' };
  };
}

/**
 * The tests of the same room and those that import the file themselves, first the nearest of them, for they nearly always decide; then
 * all that are left.
 */
function batches(tests: readonly ReachingTest[], file: string): string[][] {
  const room = `test/${dirname(file)}/`;
  const near = tests.filter(({ file, distance }) => distance === 1 || file.startsWith(room));
  const nearest = near.filter(({ distance }) => distance === near[0]!.distance);
  const inOrder = [...new Set([...nearest, ...near, ...tests])];
  const [second, third] = [nearest.length, near.length];
  return [inOrder.slice(0, second), inOrder.slice(second, third), inOrder.slice(third)]
    .map((batch) => batch.map(({ file }) => file))
    .filter(({ length }) => length > 0);
}

/** Tests that pass without a mutant, and what they may take with one. */
interface Measured {
  readonly files: readonly string[];
  readonly limits: TestLimits;
}

/** Null where nothing is left: tests that are skipped, or fail anyway, notice nothing here. */
async function measure(
  files: readonly string[],
  run: Judge['run'],
  warn: Judge['warn'],
): Promise<Measured | null> {
  for (let tries = 1; ; tries++) {
    const { result, ms, failure, slowestMs } = await run(files);
    if (result === 'empty') return null;
    // Generous, for the machine may be busier then; what loops is stopped by the work it does.
    if (result === 'passed') {
      const limits = {
        runMs: 6 * ms + 60_000,
        testMs: Math.ceil(6 * slowestMs + 20_000),
        cpuS: Math.ceil(ms / 250) + 15,
      };
      return { files, limits };
    }
    if (tries < 2) continue;
    if (files.length > 1) return withoutFailing(files, run, warn);
    warn(`left out, for it fails without a mutant (${failure}): ${files[0]}`);
    return null;
  }
}

/** The others notice what they would without the one that fails. */
async function withoutFailing(
  files: readonly string[],
  run: Judge['run'],
  warn: Judge['warn'],
): Promise<Measured | null> {
  const passing: string[] = [];
  for (const file of files) if ((await measure([file], run, warn)) !== null) passing.push(file);
  return passing.length === 0 || passing.length === files.length ? null : measure(passing, run, warn);
}
