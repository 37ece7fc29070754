import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Paths that a drawn tree lists, folders with a slash at the end. Two spaces are one level. */
function drawn(tree: string): string[] {
  const above: string[] = [];
  return tree.split('\n').map((line) => {
    const [, indent, name] = /^((?: {2})*)(\S+) {2,}\S/.exec(line) ?? [];
    if (name === undefined) throw new Error(`no line of a tree: ${line}`);
    const depth = indent!.length / 2;
    above.splice(depth, Infinity, name);
    return above.join('');
  });
}

/** Folders of the repository, as git sees them. */
async function folders(): Promise<string[]> {
  const ignored = new Set(['node_modules', 'data', 'coverage', 'dist']);
  const below = async (path: string): Promise<string[]> => {
    const entries = await readdir(join(root, path), { withFileTypes: true });
    const found = await Promise.all(
      entries
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !ignored.has(entry.name))
        .map((entry) => below(`${path}${entry.name}/`)),
    );
    return [...(path === '' ? [] : [path]), ...found.flat()];
  };
  return below('');
}

/** `test/` follows the source; only what it has beside that needs a line. */
const needsLine = (folder: string, all: readonly string[]) => {
  const [, mirrored, deeper] = /^test\/([^/]+\/)(.*)$/.exec(folder) ?? [];
  return mirrored === undefined || (deeper === '' && !all.includes(mirrored));
};

describe('the tree of CONTRIBUTING.md', () => {
  it('reads a tree', () => {
    expect(drawn('a.ts   one\nb/   two\n  c/   three\n    d/  four\n  e/  five')).toEqual([
      'a.ts',
      'b/',
      'b/c/',
      'b/c/d/',
      'b/e/',
    ]);
    expect(() => drawn('a/')).toThrow('no line of a tree: a/');
  });

  it('has a line for every folder, and no other', async () => {
    const page = await readFile(join(root, 'CONTRIBUTING.md'), 'utf8');
    const tree = /## The tree\n[^]*?```\n([^]*?)\n```/.exec(page)![1]!;
    const lines = drawn(tree).filter((path) => path.endsWith('/'));
    const all = await folders();
    expect(lines.toSorted()).toEqual(all.filter((folder) => needsLine(folder, all)).toSorted());
  });
});
