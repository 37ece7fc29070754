import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-rules-'));
  await cp(join(root, 'oxlint.config.ts'), join(folder, 'oxlint.config.ts'));
  await cp(join(root, 'lint'), join(folder, 'lint'), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Import by import: which of those that a file makes the linter refuses. */
async function refused(imports: readonly (readonly [file: string, specifier: string])[]) {
  for (const [file] of imports) await mkdir(dirname(join(folder, file)), { recursive: true });
  const files = imports.map(([file], index) => file.replace('*', `planted-${index}`));
  for (const [index, file] of files.entries())
    await writeFile(join(folder, file), `export { planted } from '${imports[index]![1]}';\n`);
  const output = await new Promise<string>((resolve) => {
    execFile(
      join(root, 'node_modules/.bin/oxlint'),
      ['--format=json', ...files],
      { cwd: folder },
      (_, text) => {
        resolve(text);
      },
    );
  });
  const { diagnostics } = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] };
  const found = new Set(
    diagnostics.filter(({ code }) => code.includes('no-restricted-imports')).map(({ filename }) => filename),
  );
  return imports.filter((_, index) => found.has(files[index]!));
}

const against = [
  ['schema/*.ts', 'rxjs'],
  ['models/odds/*.ts', 'rxjs'],
  ['models/hmm/*.ts', '../decision/analyse.ts'],
  ['operators/candles/*.ts', '../../streams/supervise.ts'],
  ['operators/analysis/*.ts', '../signals/signal-desk.ts'],
  ['operators/signals/outcomes/*.ts', '../signal-desk.ts'],
  ['operators/signals/outcomes/*.ts', '../gates/risk-gate.ts'],
  ['streams/provider/socket/*.ts', '../../symbol/per-symbol.ts'],
  ['streams/*.ts', '../store/open-store.ts'],
  ['sinks/posts/*.ts', '../../operators/rx/bursts.ts'],
  ['http/routes/*.ts', '../../config.ts'],
  ['app/ingest/*.ts', '../web/feeds.ts'],
  ['workers/*.ts', '../store/open-store.ts'],
  ['client/*.ts', 'ws'],
  ['web/src/*.tsx', '../../store/open-store.ts'],
] as const;

const along = [
  ['schema/*.ts', 'zod'],
  ['models/decision/*.ts', '../hmm/hmm.ts'],
  ['models/hmm/*.ts', 'pure-rand/generator/xoroshiro128plus'],
  ['operators/signals/*.ts', './gates/risk-gate.ts'],
  ['operators/signals/gates/*.ts', '../../analysis/to-decision.ts'],
  ['streams/symbol/*.ts', '../provider/interruptions.ts'],
  ['sinks/feeds/*.ts', '../../store/log.ts'],
  ['app/roles/*.ts', '../web/feeds.ts'],
  ['web/src/*.tsx', '../../client/create-client.ts'],
] as const;

it('refuses every import against the direction of the data, and no other', async () => {
  expect(await refused([...against, ...along])).toEqual(against);
});
