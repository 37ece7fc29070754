import type { Node } from './syntax-tree.ts';

/** Text that takes the place of `[start, end)`. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** What can be changed about a node so that a test should notice. `at` tells where the node stands. */
type Mutator = (node: Node, text: string, at: Place) => readonly Change[];

export interface Place {
  readonly parent: Node | null;
  /** The property of `parent` that holds the node. */
  readonly key: string;
}

const whole = ({ start, end }: Node, replacement: string): Change => ({ start, end, replacement });
const of = (node: Node, key: string) => node[key] as Node;

/** `from` becomes `to` between two neighbours. */
function between(left: Node, right: Node, text: string, from: string, to: string): Change[] {
  const start = text.indexOf(from, left.end);
  return start < 0 || start >= right.start ? [] : [{ start, end: start + from.length, replacement: to }];
}

const swapped: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '&': ['|'],
  '|': ['&'],
  '^': ['&'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
  '&&': ['||'],
  '||': ['&&'],
  '+=': ['-='],
  '-=': ['+='],
  '*=': ['/='],
  '/=': ['*='],
  '??=': ['='],
  '||=': ['&&='],
  '&&=': ['='],
};

export const isText = (node: Node): boolean =>
  node.type === 'TemplateLiteral' ||
  (node.type === 'Literal' && typeof node['value'] === 'string') ||
  (node.type === 'BinaryExpression' && (isText(of(node, 'left')) || isText(of(node, 'right'))));

const operators: Mutator = (node, text) => {
  const [left, right, operator] = [of(node, 'left'), of(node, 'right'), node['operator'] as string];
  if (operator === '+' && isText(node)) return [];
  return (swapped[operator] ?? []).flatMap((to) => between(left, right, text, operator, to));
};

const logical: Mutator = (node, text, at) => {
  if (node['operator'] !== '??') return operators(node, text, at);
  const [left, right] = [of(node, 'left'), of(node, 'right')];
  return [left, right].map((side) => whole(node, `(${text.slice(side.start, side.end)})`));
};

const condition =
  (...values: readonly string[]): Mutator =>
  (node) => {
    const test = node['test'] as Node | null;
    return test === null || test.type === 'Literal' ? [] : values.map((value) => whole(test, value));
  };

const literal: Mutator = (node) => {
  const { value } = node as { value?: unknown };
  if (typeof value === 'boolean') return [whole(node, String(!value))];
  if (typeof value === 'string') return [whole(node, value === '' ? "'?'" : "''")];
  // A large figure is a duration or a limit, where one more changes nothing.
  if (typeof value === 'number') return [whole(node, Math.abs(value) < 100 ? String(value + 1) : '0')];
  return [];
};

const unary: Mutator = (node, text) => {
  const argument = of(node, 'argument');
  const isTaken = node['operator'] === '!' || (node['operator'] === '-' && argument.type !== 'Literal');
  return isTaken ? [whole(node, text.slice(argument.start, argument.end))] : [];
};

const update: Mutator = (node, text, { key }) => {
  // A loop that counts the other way never ends, and says nothing about a test.
  if (key === 'update') return [];
  const argument = of(node, 'argument');
  const name = text.slice(argument.start, argument.end);
  const operator = node['operator'] === '++' ? '--' : '++';
  return [whole(node, node['prefix'] === true ? operator + name : name + operator)];
};

const statement: Mutator = (node) => {
  const { type, operator } = of(node, 'expression');
  return type === 'AssignmentExpression' || type === 'CallExpression' || type === 'AwaitExpression'
    ? operator === '??='
      ? []
      : [whole(node, ';')]
    : [];
};

const block: Mutator = (node, _text, { parent }) => {
  const body = node['body'] as Node[];
  // What a single statement does is asked about by itself; a body is asked about by the test around it.
  const isAsked = body.length < 2 || parent?.type === 'Program' || parent?.type === 'TryStatement';
  return isAsked ? [] : [whole(node, '{}')];
};

const isPlain = (node: Node) =>
  (node.type === 'Literal' && typeof node['value'] === 'boolean') ||
  (node.type === 'Identifier' && node['name'] === 'undefined');

const returned: Mutator = (node) => {
  const value = node['argument'] as Node | null;
  return value === null || isPlain(value) ? [] : [whole(value, 'undefined')];
};

const arrow: Mutator = (node) => {
  const body = of(node, 'body');
  return body.type === 'BlockStatement' || isPlain(body) ? [] : [whole(body, 'undefined')];
};

const list: Mutator = (node) => ((node['elements'] as Node[]).length === 0 ? [] : [whole(node, '[]')]);

/** `a?.b` becomes `a.b`, `a?.[b]` `a[b]`, `a?.(b)` `a(b)`. */
const optional = (node: Node, from: Node, text: string): Change[] => {
  if (node['optional'] !== true) return [];
  const start = text.indexOf('?.', from.end);
  const isDot = node.type === 'MemberExpression' && node['computed'] !== true;
  return [{ start, end: start + 2, replacement: isDot ? '.' : '' }];
};

const opposite: Readonly<Record<string, string>> = {
  min: 'max',
  max: 'min',
  some: 'every',
  every: 'some',
  floor: 'ceil',
  ceil: 'floor',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
};
const passing = /^(?:filter|toSorted|sort|toReversed|reverse|slice|trim|toLowerCase|toUpperCase)$/;

const call: Mutator = (node, text) => {
  const callee = of(node, 'callee');
  const skipped = optional(node, callee, text);
  if (callee.type !== 'MemberExpression' || callee['computed'] === true) return skipped;
  const [object, property] = [of(callee, 'object'), of(callee, 'property')];
  const name = property['name'] as string;
  if (passing.test(name)) return [...skipped, whole(node, text.slice(object.start, object.end))];
  return opposite[name] === undefined ? skipped : [...skipped, whole(property, opposite[name])];
};

export const mutators: Readonly<Record<string, Mutator>> = {
  ArrayExpression: list,
  ArrowFunctionExpression: arrow,
  AssignmentExpression: operators,
  BinaryExpression: operators,
  BlockStatement: block,
  CallExpression: call,
  ConditionalExpression: condition('true', 'false'),
  ExpressionStatement: statement,
  ForStatement: condition('false'),
  IfStatement: condition('true', 'false'),
  Literal: literal,
  LogicalExpression: logical,
  MemberExpression: (node, text) => optional(node, of(node, 'object'), text),
  ReturnStatement: returned,
  TemplateLiteral: (node) => [whole(node, '``')],
  ThrowStatement: (node) => [whole(node, ';')],
  UnaryExpression: unary,
  UpdateExpression: update,
  WhileStatement: condition('false'),
};
