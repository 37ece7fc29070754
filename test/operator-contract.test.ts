import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

async function sources(folder: string, ending: string): Promise<readonly string[]> {
  const names = await readdir(join(root, folder), { recursive: true });
  return Promise.all(
    names.filter((name) => name.endsWith(ending)).map((name) => readFile(join(root, folder, name), 'utf8')),
  );
}

/** Names of the exported functions whose declared result is an operator. */
function operatorsIn(source: string): readonly string[] {
  const declarations = source.matchAll(
    /^export (?:async )?(?:function|const) (\w+)[^]*?(?=^(?:\}$|[a-z/]))/gm,
  );
  return [...declarations].flatMap(([text, name]) => {
    // The body is cut off: what it declares is not the result.
    const head = text.split(/\{\n {2}(?:return|const|let|if|for)\b/)[0]!;
    return /(?:^|[ )>:=])(?:MonoType)?OperatorFunction</m.test(head) ? [name!] : [];
  });
}

it('finds an operator by its declared result', () => {
  const plain =
    'export function one<T>(): OperatorFunction<T, T> {\n  return map((x) => x);\n}\nconst z = 1;\n';
  const wide =
    'export function two({\n  clock,\n}: { readonly clock: SchedulerLike }): OperatorFunction<\n  In,\n  Out\n> {\n  return x;\n}\nconst z = 1;\n';
  const arrow =
    'export const three = (): MonoTypeOperatorFunction<number> =>\n  tap(() => {});\nconst z = 1;\n';
  const other =
    'export function four(): number {\n  const x: OperatorFunction<1, 2> = y;\n  return 1;\n}\nconst z = 1;\n';
  expect([plain, wide, arrow, other].map(operatorsIn)).toEqual([['one'], ['two'], ['three'], []]);
});

it('every exported operator is under the operator contract', async () => {
  const code = [...(await sources('operators', '.ts')), ...(await sources('streams', '.ts'))];
  const operators = code.flatMap(operatorsIn);
  expect(operators).toContain('signalLifecycle');
  const tests = (await sources('test', '.test.ts')).join('\n');
  const covered = new Set([...tests.matchAll(/operatorContract\(\s*'(\w+)'/g)].map(([, name]) => name));
  expect(operators.filter((name) => !covered.has(name))).toEqual([]);
});
