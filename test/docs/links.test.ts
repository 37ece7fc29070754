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
