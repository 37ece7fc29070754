import { type Change, isText, mutators, type Place } from './mutators.ts';
import { childrenOf, type Node, syntaxTree } from './syntax-tree.ts';

/** One change to one file that a test should notice. */
export interface Mutant extends Change {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The lines that change, as they are and as they become, without the indent of the first. */
  readonly before: string;
  readonly after: string;
}

/** Every mutant of a file, in the order of the text. Types, imports, names of properties, and the words of logs and errors are left alone. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const changes: Change[] = [];
  const walk = (node: Node, at: Place): void => {
    if (isLeftAlone(node, at, text)) return;
    changes.push(...(mutators[node.type]?.(node, text, at) ?? []));
    for (const [key, child] of childrenOf(node)) walk(child, { parent: node, key });
  };
  walk(syntaxTree(file, text), { parent: null, key: '' });
  return changes
    .toSorted((one, other) => one.start - other.start || one.end - other.end)
    .map((change) => mutantOf(file, text, change));
}

/** The text of a file with the mutant in it. */
export const mutated = (text: string, { start, end, replacement }: Change): string =>
  text.slice(0, start) + replacement + text.slice(end);

function mutantOf(file: string, text: string, change: Change): Mutant {
  const from = text.lastIndexOf('\n', change.start - 1) + 1;
  const to = (text.indexOf('\n', change.end) + text.length + 1) % (text.length + 1);
  const [before, after] = [
    text.slice(from, to),
    mutated(text, change).slice(from, to - text.length || undefined),
  ];
  return {
    ...change,
    file,
    line: text.slice(0, from).split('\n').length,
    before: before.trim(),
    after: after.trim(),
  };
}

const ofTypes = /^TS(?!AsExpression|NonNullExpression|SatisfiesExpression|ParameterProperty)/;
const logging = /\b(?:log|logger)\??\.(?:trace|debug|info|warn|error|fatal)$/;

function isLeftAlone(node: Node, { parent, key }: Place, text: string): boolean {
  if (ofTypes.test(node.type) || /^(?:Import|ExportAll)/.test(node.type)) return true;
  if (key === 'source' || key === 'directive' || (key === 'key' && parent?.['computed'] !== true))
    return true;
  if (node.type === 'Literal' && parent?.type === 'ExpressionStatement') return true;
  const callee = (node['callee'] ?? (node['expression'] as Node | undefined)?.['callee']) as Node | undefined;
  const called = callee === undefined ? '' : text.slice(callee.start, callee.end);
  // Nobody's trade depends on the words of an error or a line of the log; its status and its code are for programs.
  if (parent?.type === 'NewExpression' && key === 'arguments' && isText(node))
    return (parent['arguments'] as Node[])[2] === node && (parent['callee'] as Node)['name'] === 'Problem';
  return logging.test(called) || (node.type === 'NewExpression' && called.endsWith('Error'));
}
