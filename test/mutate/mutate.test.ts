import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTests } from '../../mutate/run-tests.ts';
import { temporaryFolder } from '../support/services/database.ts';

const root = join(import.meta.dirname, '../..');

const source = `export const clamp = (value: number, most: number) => (value > most ? most : value);
export function count(values: readonly number[]): number {
  let n = 0;
  for (const value of values) if (value > 0) n++;
  return n;
}
`;
const clampTest = `import { expect, it } from 'vitest';
import { clamp } from '../../models/clamp.ts';
it('clamps', () => {
  expect([clamp(1, 2), clamp(3, 2)]).toEqual([1, 2]);
});
`;

describe('npm run mutate', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder();
    const write = (path: string, text: string) => {
      mkdirSync(join(folder.path, path, '..'), { recursive: true });
      writeFileSync(join(folder.path, path), text);
    };
    cpSync(join(root, 'mutate'), join(folder.path, 'mutate'), { recursive: true });
    for (const used of ['models/random.ts', 'cli/option-problem.ts'])
      cpSync(join(root, used), join(folder.path, used), { recursive: true });
    write('mutate/equivalent.txt', '## models/clamp.ts\n- let n = 0;\n+ let n = 1;\nto be left out\n');
    write('package.json', '{"type":"module"}');
    write('models/clamp.ts', source);
    write('test/models/clamp.test.ts', clampTest);
    const endless = (name: string, body: string) =>
      write(
        `test/models/${name}.test.ts`,
        `import { it } from 'vitest';\nit('${name}s', async () => {\n  ${body}\n});\n`,
      );
    endless('loop', 'for (;;) Math.random();');
    endless('wait', 'await new Promise(() => {});');
    write('.gitignore', 'node_modules\n');
    symlinkSync(join(root, 'node_modules'), join(folder.path, 'node_modules'));
    execFileSync('git', ['init', '-q'], { cwd: folder.path });
  });
  afterAll(() => folder.remove());

  const mutate = (...parameters: string[]) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['mutate/mutate.ts', ...parameters], {
      cwd: folder.path,
      encoding: 'utf8',
    });
    return { stdout, stderr, status };
  };

  it('finds what the tests miss, names it, judges by the threshold, and leaves the tree alone', () => {
    const { stdout, stderr, status } = mutate('models/clamp.ts', '--at-least', '90');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/killed models\/clamp.ts:1 {2}\(clamps\)/);
    expect(stdout).toContain('survived: models/clamp.ts:1\n  - export const clamp');
    expect(stdout).toContain('survived: models/clamp.ts:5\n  - return n;\n  + return undefined;\n');
    expect(stdout).not.toContain('+ let n = 1;');
    expect(stdout).toMatch(/^all +\d+ +[1-9]\d* +0 +[1-9]\d* +0 +1 /m);
    expect(status).toBe(1);
    expect(readFileSync(join(folder.path, 'models/clamp.ts'), 'utf8')).toBe(source);
    expect(execFileSync('git', ['status', '--short', 'models'], { cwd: folder.path, encoding: 'utf8' })).toBe(
      '?? models/\n',
    );
  });

  it('stops a test that never ends, by its work or by its time', async () => {
    const loops = await runTests(folder.path, ['test/models/loop.test.ts'], { cpuS: 4 });
    expect(loops).toMatchObject({ result: 'failed' });
    const waits = ['test/models/wait.test.ts'];
    expect(await runTests(folder.path, waits, { testMs: 200 })).toMatchObject({
      result: 'failed',
      failure: 'waits',
    });
    expect(await runTests(folder.path, waits, { runMs: 100 })).toMatchObject({ result: 'late' });
  });

  it('refuses what it does not know', () => {
    expect(mutate().status).toBe(64);
    expect(mutate('models/none.ts')).toMatchObject({
      status: 64,
      stderr: expect.stringMatching(/^there is no models\/none.ts/),
    });
    expect(mutate('models', '--sample', 'many').stderr).toMatch(
      /^--sample wants a number of at least 0, not many/,
    );
    const { stdout } = mutate('models/clamp.ts', '--list', '--sample', '2', '--seed', '7');
    expect(stdout.match(/^models\/clamp.ts:\d+$/gm)).toHaveLength(2);
  });
});
