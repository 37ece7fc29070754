import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { childrenOf, type Node, syntaxTree } from './syntax-tree.ts';

/** A test file and how many imports lie between it and the file in question, at least 1. */
export interface ReachingTest {
  readonly file: string;
  readonly distance: number;
}

/**
 * Not asked, but where they import the file themselves: they run the whole server or a browser, or thousands of inputs, for minutes, or are
 * killed at random.
 */
const leftOut = [
  'test/{system,e2e,examples,cli,fuzz}/**/*.test.ts',
  'test/**/{kill,answers-fuzz,backlog,browser,python-client}.test.ts',
  'test/*.test.ts',
];

/** What is farther away takes long and hardly ever decides. */
const farthest = 4;

/** Finds the tests in `root` that import a file, directly or through others, or run a program of `test/crash` that does; the nearest first. */
export function reachingTests(root: string): (file: string) => ReachingTest[] {
  const users = new Map<string, string[]>();
  const files = globSync('**/*.{ts,tsx}', {
    cwd: root,
    exclude: ['node_modules', '**/node_modules', 'web/dist'],
  });
  for (const file of files) {
    for (const used of usedBy(root, file, files)) users.set(used, [...(users.get(used) ?? []), file]);
  }
  const left = new Set(globSync(leftOut, { cwd: root }));
  return (file) => {
    const distances = new Map([[file, 0]]);
    for (const [near, distance] of distances) {
      for (const user of users.get(near) ?? []) if (!distances.has(user)) distances.set(user, distance + 1);
    }
    return [...distances]
      .map(([file, distance]) => ({ file, distance }))
      .filter(({ file }) => file.endsWith('.test.ts'))
      .filter(({ file, distance }) => distance === 1 || (distance <= farthest && !left.has(file)));
  };
}

function usedBy(root: string, file: string, all: readonly string[]): string[] {
  const found: string[] = [];
  const walk = (node: Node): void => {
    const { value } = (node['source'] ?? node) as { value?: unknown };
    if (typeof value === 'string' && /\.tsx?$/.test(value)) {
      if (value.startsWith('.')) found.push(join(file, '..', value));
      else if (file.startsWith('test/')) found.push(join('test/crash', value));
    }
    for (const [, child] of childrenOf(node)) walk(child);
  };
  walk(syntaxTree(file, readFileSync(join(root, file), 'utf8')));
  return found.filter((used) => all.includes(used));
}
