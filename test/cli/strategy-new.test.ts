import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anso-new-strategy-'));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (file: string, ...parameters: string[]) => {
  const { status, stdout, stderr } = spawnSync(file, parameters, {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], DATA_DIR: folder, STRATEGIES_DIR: folder },
  });
  return { status, text: stdout + stderr };
};
const strategy = (...parameters: string[]) => run(process.execPath, 'cli/strategy.ts', ...parameters);

it('writes a first rule that the compiler finds no fault with, wherever it lies, and never over another', () => {
  expect(strategy('new', 'my-rule')).toMatchObject({ status: 0 });
  expect(run(join(root, 'node_modules/.bin/tsc'), '-p', folder)).toEqual({ status: 0, text: '' });
  expect(strategy('new', 'my-rule')).toEqual({
    status: 1,
    text: expect.stringContaining('my-rule.ts is there already'),
  });
});

it('says the line of a mistake in the language', async () => {
  await writeFile(join(folder, 'wrong.ts'), 'const a = 1;\n\nconst b = a ? 1 : ;\n');
  expect(strategy('check', 'wrong')).toEqual({
    status: 1,
    text: expect.stringMatching(/wrong\.ts is no TypeScript that Node can run as it is: line 3: Expression/),
  });
});
