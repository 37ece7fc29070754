import type { Fate, Verdict } from './judge.ts';
import type { Mutant } from './mutants-of.ts';

const marked = (mark: string, text: string) => {
  const lines = text.split('\n');
  const head = lines.length > 6 ? [...lines.slice(0, 5), `… ${lines.length - 5} lines more`] : lines;
  return head.map((line) => `  ${mark} ${line}\n`).join('');
};

/** A mutant as `file:line` and the lines that change. */
export const shown = ({ file, line, before, after }: Mutant): string =>
  `${file}:${line}\n${marked('-', before)}${marked('+', after)}`;

/** How many of the mutants that are not equivalent were noticed, 0 to 1; 1 where there are none. */
export function killedShare(verdicts: readonly Verdict[]): number {
  const count = (...fates: readonly Fate[]) => verdicts.filter(({ fate }) => fates.includes(fate)).length;
  const judged = verdicts.length - count('equivalent');
  return judged === 0 ? 1 : count('killed', 'late') / judged;
}

const columns: readonly Fate[] = ['killed', 'late', 'survived', 'unreached', 'equivalent'];

/** A row a folder and one for all. */
export function table(verdicts: readonly Verdict[]): string {
  const rows = [['', 'mutants', ...columns, 'noticed']];
  const add = (name: string, those: readonly Verdict[]) => {
    const counts = columns.map((column) => those.filter(({ fate }) => fate === column).length);
    rows.push([name, ...[those.length, ...counts].map(String), `${(100 * killedShare(those)).toFixed(1)} %`]);
  };
  const folders = Map.groupBy(verdicts, ({ mutant }) => mutant.file.split('/')[0]!);
  if (folders.size > 1) for (const [folder, those] of folders) add(folder, those);
  add('all', verdicts);
  return rows
    .map((row) =>
      row
        .map((cell) => cell.padEnd(11))
        .join('')
        .trimEnd(),
    )
    .join('\n');
}
