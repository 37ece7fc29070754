import { appendFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node';

/**
 * Ends a run with what was skipped, by reason, and one plain line of figures.
 *
 *     skipped, for this machine lacks redis-server:
 *       test/cluster/demand.test.ts (4)
 *     1650 passed, 0 failed, 4 skipped
 *
 * In CI a skipped test fails the run, unless it is deselected: it needs what cannot be installed. With TALLY_FILE the figures
 * are appended to that file too, so that several runs can be added up. What `-t` leaves out is counted alone.
 */
export class TallyReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    // A file that does not load has no test to fail.
    const broken = modules.filter((module) => module.errors().length > 0).length + errors.length;
    const skipped = tests.filter((test) => test.result().state === 'skipped');
    const isFiltered = this.#vitest?.config.testNamePattern !== undefined;
    const reasons = isFiltered ? new Map<string, TestCase[]>() : Map.groupBy(skipped, reasonOf);
    const lines: string[] = [];
    for (const [reason, those] of reasons) lines.push(`skipped, ${reason}:`, ...byFile(those));
    const undue = isFiltered ? [] : skipped.filter((test) => metaOf(test).isDeselected !== true);
    if (process.env['CI'] !== undefined && undue.length > 0) {
      lines.push(`in CI nothing may be skipped that can be run: ${undue.length} tests`);
      process.exitCode = 1;
    }
    const figures = `${count('passed')} passed, ${count('failed') + broken} failed, ${skipped.length} skipped`;
    process.stdout.write(`\n${[...lines, figures].join('\n')}\n`);
    const file = process.env['TALLY_FILE'];
    if (file !== undefined) appendFileSync(file, `${figures}\n`);
  }
}

/** What the test or a suite around it says of its needs. */
function metaOf(test: TestCase): ReturnType<TestCase['meta']> {
  for (let at: TestCase | TestSuite | TestModule = test; at.type !== 'module'; at = at.parent)
    if (at.meta().lacks !== undefined) return at.meta();
  return {};
}

function reasonOf(test: TestCase): string {
  const { lacks } = metaOf(test);
  if (lacks !== undefined) return `for this machine lacks ${lacks}`;
  const result = test.result();
  return result.state === 'skipped' && result.note ? `"${result.note}"` : 'no reason given';
}

const byFile = (tests: readonly TestCase[]): string[] =>
  [...Map.groupBy(tests, (test) => test.module.relativeModuleId)].map(
    ([file, those]) => `  ${file} (${those.length}): ${those.map(({ name }) => name).join('; ')}`,
  );
