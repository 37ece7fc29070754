/**
 * A rule of oxlint: nobody reads the wall clock but the clock's own file. A duration by it is wrong whenever somebody sets it, and
 * a time that is passed in can be tested.
 */
const message =
  'the wall clock is read in streams/clock/machine-clock.ts alone: take the time as an argument, and durations from performance.now() or a steady clock';

interface Node {
  readonly type: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly callee?: Node;
  readonly object?: Node;
  readonly property?: Node;
  readonly arguments?: readonly Node[];
}

const isDate = (node: Node | undefined) => node?.type === 'Identifier' && node.name === 'Date';

export default {
  meta: { name: 'anso' },
  rules: {
    'wall-clock': {
      create: (context: { report: (problem: { node: Node; message: string }) => void }) => ({
        MemberExpression(node: Node) {
          const name = node.property?.name ?? node.property?.value;
          if (isDate(node.object) && name === 'now') context.report({ node, message });
        },
        NewExpression(node: Node) {
          if (isDate(node.callee) && node.arguments?.length === 0) context.report({ node, message });
        },
        CallExpression(node: Node) {
          if (isDate(node.callee)) context.report({ node, message });
        },
      }),
    },
  },
};
