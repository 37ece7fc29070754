import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { equivalentMutants, isSame, readEquivalentMutants } from '../../mutate/equivalent-mutants.ts';
import { mutantsOf } from '../../mutate/mutants-of.ts';

const root = join(import.meta.dirname, '../..');

describe('equivalent mutants', () => {
  it('are read with file, line, change and reason', () => {
    const text = '# Words\nbefore\n\n## a/b.ts\n\n- c < d\n+ c <= d\nnever equal\n\n- e();\n+ ;\nno effect\n';
    expect(readEquivalentMutants(text)).toEqual([
      { file: 'a/b.ts', before: 'c < d', after: 'c <= d', why: 'never equal' },
      { file: 'a/b.ts', before: 'e();', after: ';', why: 'no effect' },
    ]);
  });

  it('are mutants of the code as it is', () => {
    const gone = equivalentMutants.filter(
      (known) =>
        !mutantsOf(known.file, readFileSync(join(root, known.file), 'utf8')).some((mutant) =>
          isSame(mutant, known),
        ),
    );
    expect(gone).toEqual([]);
  });
});
