import { describe, expect, it } from 'vitest';
import { mutantsOf, mutated } from '../../mutate/mutants-of.ts';
import { syntaxTree } from '../../mutate/syntax-tree.ts';

/** The texts that a text becomes. */
const all = (text: string) => mutantsOf('a.ts', text).map((mutant) => mutated(text, mutant));

describe('mutantsOf', () => {
  it.each([
    ['boundaries', 'f = a < b;', ['f = a <= b;', 'f = a >= b;']],
    ['equality', 'f = a === b;', ['f = a !== b;']],
    ['arithmetic', 'f = (a) - /* - */ b;', ['f = (a) + /* - */ b;']],
    ['logic', 'f = a && b;', ['f = a || b;']],
    ['defaults', 'f = a ?? b;', ['f = (a);', 'f = (b);']],
    ['booleans', 'f = true;', ['f = false;']],
    ['negation', 'f = !a;', ['f = a;']],
    ['signs', 'f = -a;', ['f = a;']],
    ['small and large figures', 'f = [3, 60_000];', ['f = [];', 'f = [4, 60_000];', 'f = [3, 0];']],
    ['texts', "f = 'a';", ["f = '';"]],
    ['templates', 'f = `a`;', ['f = ``;']],
    ['optional members', 'f = a?.b;', ['f = a.b;']],
    ['optional elements', 'f = a?.[b];', ['f = a[b];']],
    ['optional calls', 'f = a?.(b);', ['f = a(b);']],
    ['methods', 'f = Math.min(a, b);', ['f = Math.max(a, b);']],
    ['calls in passing', 'f = a.filter(b);', ['f = a;']],
    ['counting', 'f = a++;', ['f = a--;']],
    ['assignment', 'f += a;', ['f -= a;']],
  ])('changes %s', (_, text, texts) => {
    const removed = text.startsWith('f') ? ';' : [];
    expect(all(text).filter((one) => one !== removed)).toEqual(texts);
  });

  it('takes statements, bodies, conditions and results away', () => {
    expect(all('a(b);')).toEqual([';']);
    expect(all('await a();')).toEqual([';']);
    expect(all('if (a) b();')).toEqual(['if (true) b();', 'if (false) b();', 'if (a) ;']);
    expect(all('while (a) b();')).toEqual(['while (false) b();', 'while (a) ;']);
    expect(all('function a() { return b; }')).toEqual(['function a() { return undefined; }']);
    expect(all('function a() { b(); c(); }')).toEqual([
      'function a() {}',
      'function a() { ; c(); }',
      'function a() { b(); ; }',
    ]);
    expect(all('const a = () => b;')).toEqual(['const a = () => undefined;']);
    expect(all("throw new TypeError('a' + b);")).toEqual([';']);
  });

  it('leaves types, imports, names, logs and the words of errors alone', () => {
    const text = [
      "import { a } from './a.ts';",
      "export * from './b.ts';",
      "type B = 'b' | 3;",
      "interface C { 'd': true }",
      "const e = { 'f': g } as const satisfies Record<'f', 1>;",
      "log.warn({ h: 1 }, 'i');",
      "const k: () => void = j as 'never' as never;",
    ].join('\n');
    expect(all(text)).toEqual([]);
    expect(all('f = new RangeError(`${a} is above ${1}`);')).toEqual([';']);
    expect(all("f = new Problem(404, 'a', `no ${b}`, { c: 'd' });")).toEqual([
      ';',
      "f = new Problem(0, 'a', `no ${b}`, { c: 'd' });",
      "f = new Problem(404, '', `no ${b}`, { c: 'd' });",
      "f = new Problem(404, 'a', `no ${b}`, { c: '' });",
    ]);
    expect(all("f = new Other(a, b, 'c');")).toEqual([';', "f = new Other(a, b, '');"]);
  });

  it('does not count loops backwards, nor texts as sums', () => {
    expect(all('for (let i = a; i !== b; i++) c();')).toEqual([
      'for (let i = a; false; i++) c();',
      'for (let i = a; i === b; i++) c();',
      'for (let i = a; i !== b; i++) ;',
    ]);
    expect(all("f = 'a' + b;")).not.toContain("f = 'a' - b;");
  });

  it('gives the line and what becomes of it, also behind characters of two units', () => {
    const text = "const a = '😀';\n\n  const b = c < d;\n";
    expect(mutantsOf('a.ts', text).slice(1)).toMatchObject([
      { file: 'a.ts', line: 3, before: 'const b = c < d;', after: 'const b = c <= d;' },
      { file: 'a.ts', line: 3, before: 'const b = c < d;', after: 'const b = c >= d;' },
    ]);
    const block = 'if (a) {\n  b();\n  c();\n}';
    expect(mutantsOf('a.ts', block).at(2)).toMatchObject({ line: 1, before: block, after: 'if (a) {}' });
  });

  it('makes nothing that does not parse', () => {
    const text = [
      'export async function a(b: number, { c = 1 }: { c?: number } = {}): Promise<number[]> {',
      '  for (const d of [b, c]) if (d > 0 && !e) await f?.(d)?.g?.[0];',
      '  const h = b < c ? `x${b}` : -b;',
      '  try { i(); j(); } catch { k ??= 3; } finally { l -= 1; m(); }',
      '  return [b, c].filter((n) => n !== 0).map((n) => n * 2);',
      '}',
    ].join('\n');
    const texts = all(text);
    expect(texts.length).toBeGreaterThan(30);
    for (const one of texts) expect(() => syntaxTree('a.ts', one)).not.toThrow();
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('says where a file does not parse', () => {
    expect(() => mutantsOf('broken.ts', 'const = 1')).toThrow(/^broken.ts does not parse: /);
  });
});
