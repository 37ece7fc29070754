import { access, glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '../..');

async function pages(): Promise<string[]> {
  const found: string[] = [];
  for (const pattern of ['*.md', 'docs/*.md', 'examples/*.md', 'client/*.md'])
    for await (const page of glob(pattern, { cwd: root })) found.push(page);
  return found;
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Files of the repository, as paths from its root. */
async function repository(): Promise<string[]> {
  const found: string[] = [];
  const exclude = (name: string) =>
    /^(?:node_modules|data|coverage|dist|\.git)$/.test(name.split('/').at(-1)!);
  for await (const entry of glob('**/*.*', { cwd: root, exclude })) found.push(entry);
  return found;
}

const ours =
  /^(?:app|bench|cli|client|cluster|docs|examples|http|lint|models|operators|ops|schema|simulator|sinks|store|streams|test|web|workers)\//;

/** Names of our files and folders between backticks: `turns.ts`, `models/*-calendar.ts`, `sinks/posts/`. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)]
    .flatMap(([, code]) => code!.split(/[\s,;()]+/))
    .filter(
      (word) =>
        /^[a-z][\w*-]*(?:\.[\w*-]+)*\.(?:ts|tsx)$/.test(word) || (ours.test(word) && !/[<>{}:=?]/.test(word)),
    );
}

/** Is a file called that: by its whole path, by its own name, or by a folder above it? `*` is any part of one name. */
const isCalled = (name: string) => {
  const pattern = name.replaceAll(/[.+]/g, '\\$&').replaceAll('*', '[^/]*');
  const called = new RegExp(
    name.endsWith('/') ? `^${pattern}` : name.includes('/') ? `^${pattern}(?:/|$)` : `(?:^|/)${pattern}$`,
  );
  return (file: string) => called.test(file);
};

describe('the documentation', () => {
  it('links to files that exist', async () => {
    const dead: string[] = [];
    const all = await pages();
    expect(all).toContain('README.md');
    for (const page of all) {
      const text = await readFile(join(root, page), 'utf8');
      for (const [, a, b] of text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)) {
        const target = (a ?? b)!;
        if (/^(?:https?:|#|mailto:)/.test(target)) continue;
        const path = join(root, dirname(page), target.split('#')[0]!);
        if (!(await exists(path))) dead.push(`${page}: ${target}`);
      }
    }
    expect(dead).toEqual([]);
  });

  it('names files and folders that exist', async () => {
    const files = await repository();
    const gone: string[] = [];
    for (const page of await pages()) {
      // The changelog tells of files as they were called then.
      if (page === 'CHANGELOG.md') continue;
      const text = (await readFile(join(root, page), 'utf8')).replaceAll(/^```[^]*?^```/gm, '');
      for (const name of namesIn(text)) if (!files.some(isCalled(name))) gone.push(`${page}: ${name}`);
    }
    expect(gone).toEqual([]);
  });

  it('finds the names of files in a text', () => {
    expect(namesIn('`a.ts`, `npx run test/b/c.test.ts test/d/`, a.ts, `12.ts`')).toEqual([
      'a.ts',
      'test/b/c.test.ts',
      'test/d/',
    ]);
    const files = ['models/one-calendar.ts', 'sinks/posts/two.ts'];
    const known = (name: string) => files.some(isCalled(name));
    expect(
      ['two.ts', 'sinks/posts/two.ts', 'sinks/posts/', 'models/*-calendar.ts'].filter(known),
    ).toHaveLength(4);
    expect(
      ['wo.ts', 'posts/two.ts', 'models/two.ts', 'sinks/', 'posts/', 'sinks/*.ts', 'models/two-*'].filter(
        known,
      ),
    ).toEqual(['sinks/']);
  });

  it('names commands that exist', async () => {
    const unknown: string[] = [];
    for (const page of await pages()) {
      const text = await readFile(join(root, page), 'utf8');
      for (const [, name] of text.matchAll(/npm run ([\w:-]+)/g))
        if (!Object.hasOwn(packageJson.scripts, name!)) unknown.push(`${page}: npm run ${name}`);
    }
    expect(unknown).toEqual([]);
  });
});
