import { describe, expect, it } from 'vitest';
import type { Fate, Verdict } from '../../mutate/judge.ts';
import { killedShare, shown, table } from '../../mutate/report.ts';

const verdict = (fate: Fate, file = 'models/a.ts'): Verdict => ({
  mutant: { file, line: 3, before: 'a < b', after: 'a <= b', start: 0, end: 1, replacement: '' },
  fate,
  by: '',
});

describe('the report', () => {
  it('shows a mutant as file, line and what changes, cut where that is long', () => {
    expect(shown(verdict('survived').mutant)).toBe('models/a.ts:3\n  - a < b\n  + a <= b\n');
    const { mutant } = verdict('survived');
    const long = shown({ ...mutant, before: Array.from({ length: 9 }, (_, i) => i).join('\n') });
    expect(long).toContain('  - 4\n  - … 4 lines more\n');
  });

  it('leaves equivalent mutants out of the share, and counts what nothing reaches as missed', () => {
    const all = (['killed', 'killed', 'late', 'survived', 'unreached', 'equivalent'] as const).map((fate) =>
      verdict(fate),
    );
    expect(killedShare(all)).toBeCloseTo(3 / 5);
    expect(killedShare([verdict('equivalent')])).toBe(1);
    expect(table(all).split('\n').at(-1)).toMatch(/^all +6 +2 +1 +1 +1 +1 +60\.0 %$/);
  });

  it('has a row a folder where there are several', () => {
    const rows = table([verdict('killed'), verdict('survived', 'store/b.ts')]).split('\n');
    expect(rows.map((row) => row.split(' ')[0])).toEqual(['', 'models', 'store', 'all']);
  });
});
