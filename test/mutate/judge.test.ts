import { describe, expect, it } from 'vitest';
import { createJudge } from '../../mutate/judge.ts';
import { mutantsOf } from '../../mutate/mutants-of.ts';
import type { ReachingTest } from '../../mutate/reaching-tests.ts';
import type { TestLimits, TestRun } from '../../mutate/run-tests.ts';

const passed: TestRun = { result: 'passed', ms: 1000, failure: '', slowestMs: 100 };
const failed: TestRun = { ...passed, result: 'failed', failure: 'adds' };

/** A judge of a file with one sum in it, whose tests answer as told, with and without the mutant. */
function judgeOf(
  answer: (files: readonly string[], isMutated: boolean) => TestRun,
  tests: readonly ReachingTest[],
) {
  const text = 'export const sum = (a: number, b: number) => a + b;';
  let now = text;
  const asked: [string, boolean, TestLimits | undefined][] = [];
  const warned: string[] = [];
  const judge = createJudge({
    copy: {
      root: '',
      read: () => now,
      with: async (_, mutant, work) => {
        now = mutant;
        try {
          return await work();
        } finally {
          now = text;
        }
      },
      dispose: () => {},
    },
    testsOf: () => tests,
    warn: (problem) => warned.push(problem),
    run: (files, limits) => {
      asked.push([files.join(' '), now !== text, limits]);
      return Promise.resolve(answer(files, now !== text));
    },
  });
  const [, mutant] = mutantsOf('models/sum.ts', text);
  return { asked, warned, verdict: () => judge(mutant!) };
}

const near = { file: 'test/models/sum.test.ts', distance: 1 };
const beside = { file: 'test/models/other.test.ts', distance: 2 };
const far = { file: 'test/app/far.test.ts', distance: 3 };

describe('createJudge', () => {
  it('measures tests without the mutant first, and gives them several times that', async () => {
    const { asked, verdict } = judgeOf((_, isMutated) => (isMutated ? failed : passed), [near]);
    expect(await verdict()).toMatchObject({ fate: 'killed', by: 'adds' });
    await verdict();
    expect(asked.map(([, isMutated]) => isMutated)).toEqual([false, true, true]);
    expect(asked[0]![2]).toBeUndefined();
    expect(asked[1]![2]).toMatchObject({ runMs: 66_000, testMs: 20_600 });
  });

  it('asks the nearest tests first, then those of the room, then the others, until one notices', async () => {
    const { asked, verdict } = judgeOf(() => passed, [near, beside, far]);
    expect(await verdict()).toMatchObject({ fate: 'survived' });
    expect(asked.filter(([, isMutated]) => isMutated).map(([files]) => files)).toEqual([
      near.file,
      beside.file,
      far.file,
    ]);
    const early = judgeOf(
      ([file], isMutated) => (isMutated && file === beside.file ? failed : passed),
      [near, beside, far],
    );
    expect(await early.verdict()).toMatchObject({ fate: 'killed' });
    expect(early.asked.map(([files]) => files)).not.toContain(far.file);
  });

  it('counts what runs out of time as noticed, and what no test reaches as missed', async () => {
    const late: TestRun = { ...passed, result: 'late' };
    const slow = judgeOf((_, isMutated) => (isMutated ? late : passed), [near]);
    expect(await slow.verdict()).toMatchObject({ fate: 'late', by: near.file });
    expect(await judgeOf(() => passed, []).verdict()).toMatchObject({ fate: 'unreached' });
    const skipped = judgeOf(() => ({ ...passed, result: 'empty' }), [near]);
    expect(await skipped.verdict()).toMatchObject({ fate: 'unreached' });
  });

  it('asks no tests that fail anyway, and says so', async () => {
    const { warned, asked, verdict } = judgeOf(
      ([file]) => (file === near.file ? failed : passed),
      [near, far],
    );
    expect(await verdict()).toMatchObject({ fate: 'survived' });
    expect(warned).toEqual([`left out, for it fails without a mutant (adds): ${near.file}`]);
    expect(asked.filter(([file, isMutated]) => file === near.file && isMutated)).toEqual([]);
  });

  it('asks the others where one of several fails anyway', async () => {
    const alike = { file: 'test/models/alike.test.ts', distance: 1 };
    const { warned, asked, verdict } = judgeOf(
      (files, isMutated) => (files.includes(near.file) || isMutated ? failed : passed),
      [near, alike],
    );
    expect(await verdict()).toMatchObject({ fate: 'killed' });
    expect(warned).toEqual([`left out, for it fails without a mutant (adds): ${near.file}`]);
    expect(asked.at(-1)!.slice(0, 2)).toEqual([alike.file, true]);
  });
});
