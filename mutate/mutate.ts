import { globSync, readFileSync, statSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { optionProblem } from '../cli/option-problem.ts';
import { createJudge, type Verdict } from './judge.ts';
import { mutantsOf } from './mutants-of.ts';
import { reachingTests } from './reaching-tests.ts';
import { killedShare, shown, table } from './report.ts';
import { runTests } from './run-tests.ts';
import { sample } from './sample.ts';
import { openWorkingCopy } from './working-copy.ts';

const usage = `Usage: npm run mutate -- FILE… [--sample N] [--seed N] [--at-least PERCENT] [--minutes N] [--list]

Changes the code, a place at a time, in a copy of the tree, and asks the tests that reach the file whether they notice. Prints what
they do not. FILE may be a folder.

  --sample N          as many mutants, drawn by the seed (all)
  --seed N            another sample (1)
  --at-least PERCENT  exit with 1 where a smaller share is noticed of what is not equivalent (0)
  --minutes N         begin no further mutant after so long (no limit)
  --list              print the mutants, and run nothing
`;

const { values, positionals } = parsed();
const number = (name: 'sample' | 'seed' | 'at-least' | 'minutes', fallback = Infinity): number => {
  const value = values[name] === undefined ? fallback : Number(values[name]);
  if (!(value >= 0)) fail(`--${name} wants a number of at least 0, not ${values[name]}`);
  return value;
};

if (values.help || positionals.length === 0) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 64);
}
const tree = join(import.meta.dirname, '..');
const files = positionals.flatMap((path) => filesAt(path));
const seed = number('seed');
const atLeast = number('at-least');
const until = performance.now() + number('minutes') * 60_000;
const all = files.flatMap((file) => mutantsOf(file, readFileSync(join(tree, file), 'utf8')));
const drawn = sample(all, number('sample'), seed);

if (values.list) {
  for (const mutant of drawn) console.log(shown(mutant));
  process.exit(0);
}

const copy = openWorkingCopy(tree);
process.once('exit', copy.dispose);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

console.log(`${drawn.length} of ${all.length} mutants of ${files.length} files, seed ${seed}`);
const judge = createJudge({
  copy,
  testsOf: reachingTests(copy.root),
  warn: (problem) => console.log(problem),
  run: (tests, limits) => runTests(copy.root, tests, limits),
});
const verdicts: Verdict[] = [];
for (const mutant of drawn) {
  if (performance.now() > until) break;
  const verdict = await judge(mutant);
  verdicts.push(verdict);
  const by = verdict.by === '' ? '' : `  (${verdict.by.replaceAll(/\s+/g, ' ')})`;
  console.log(`${verdicts.length} ${verdict.fate} ${mutant.file}:${mutant.line}${by}`);
}
const missed = verdicts.filter(({ fate }) => fate === 'survived' || fate === 'unreached');
for (const { fate, mutant } of missed) console.log(`\n${fate}: ${shown(mutant)}`);
if (verdicts.length < drawn.length) console.log(`\n${drawn.length - verdicts.length} were not asked in time`);
console.log(
  `\n${table(verdicts)}\nload ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}`,
);
if (100 * killedShare(verdicts) < atLeast) process.exitCode = 1;

/** The TypeScript files at a path from the root of the tree. */
function filesAt(path: string): string[] {
  const kind = statSync(join(tree, path), { throwIfNoEntry: false });
  if (kind === undefined) return fail(`there is no ${path}`);
  return kind.isDirectory()
    ? globSync(`${path.replace(/\/$/, '')}/**/*.{ts,tsx}`, { cwd: tree }).toSorted()
    : [path];
}

function fail(text: string): never {
  process.stderr.write(`${text}\n${usage}`);
  process.exit(64);
}

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        sample: { type: 'string' },
        seed: { type: 'string', default: '1' },
        'at-least': { type: 'string', default: '0' },
        minutes: { type: 'string' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    return fail(`${optionProblem(error)}\n\n`);
  }
}
