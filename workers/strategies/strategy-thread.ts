import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import * as door from '../../strategy/entry.ts';
import { isStrategy, type Strategy } from '../../strategy/define.ts';
import { closeImports } from '../../strategy/load/closed-imports.ts';
import { lockRealm } from '../../strategy/load/lock-realm.ts';
import type { Closure } from '../../strategy/load/read-closure.ts';
import { analyseStretch } from '../../strategy/run/analyse-stretch.ts';
import { analyseWith } from '../../strategy/run/analyse-with.ts';
import { sweepStretch } from '../../strategy/run/sweep-stretch.ts';
import type {
  StretchQuestion,
  SweepQuestion,
  ThreadAnswer,
  ThreadOrder,
  ThreadQuestion,
  ThreadReply,
} from './messages.ts';
import { warmUp } from './warm-up.ts';

/**
 * One strategy in a thread of its own: loads its file once everything else is loaded and locked, then answers questions in turn. Nothing here is
 * trusted to end: the process around it watches.
 */
const port = parentPort!;
const cpuUsage = process.threadCpuUsage.bind(process);
/** Processor time of this thread, ms: a busy machine does not make a decision dear. */
const usedMs = (): number => {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
};
void door;

async function load({ entry }: Closure): Promise<Strategy> {
  const { default: made } = (await import(entry)) as { readonly default?: unknown };
  if (!isStrategy(made)) throw new TypeError('the file has no default export made by strategy()');
  return made;
}

function answerTo(strategy: Strategy, question: ThreadQuestion): ThreadAnswer {
  if (question.kind === 'describe') return { kind: 'described', description: describe(strategy) };
  if (question.kind === 'parse') return parse(strategy, question.params);
  if (question.kind === 'stretch') return stretched(strategy, question);
  if (question.kind === 'sweep') return swept(strategy, question);
  const { close, columns, options } = question.task;
  const before = usedMs();
  const frozen = { ...close, params: deepFrozen(close.params) };
  const analysis = analyseWith(strategy, frozen, columns, options);
  return { kind: 'analysed', analysis, ms: usedMs() - before };
}

function stretched(strategy: Strategy, { asked, stretch, budgetMs }: StretchQuestion): ThreadAnswer {
  const until = usedMs() + budgetMs;
  const frozen = { ...asked, params: deepFrozen(asked.params) };
  return { kind: 'stretched', analyses: analyseStretch(strategy, frozen, stretch, () => usedMs() >= until) };
}

function swept(strategy: Strategy, { settings, stretch, budgetMs }: SweepQuestion): ThreadAnswer {
  const until = usedMs() + budgetMs;
  const frozen = settings.map(({ name, version, params }) => ({ name, version, params: deepFrozen(params) }));
  return { kind: 'swept', ...sweepStretch(strategy, frozen, stretch, () => usedMs() >= until) };
}

function describe({ about, needs, params, search }: Strategy) {
  return { about, needs, params: z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' }), search };
}

function parse({ params: schema }: Strategy, params: unknown): ThreadAnswer {
  const parsed = schema.safeParse(params);
  if (!parsed.success) return { kind: 'refused', message: z.prettifyError(parsed.error) };
  const json: unknown = JSON.parse(JSON.stringify(parsed.data));
  // They are kept and hashed as JSON, so that they must be nothing else.
  if (JSON.stringify(json) !== JSON.stringify(parsed.data) || !isPlain(parsed.data))
    return { kind: 'refused', message: 'parameters must be numbers, text, booleans and lists of them' };
  return { kind: 'parsed', params: json as Readonly<Record<string, unknown>> };
}

function isPlain(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isPlain);
  return (
    typeof value === 'object' &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.values(value).every(isPlain)
  );
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const inner of Object.values(value)) deepFrozen(inner);
    Object.freeze(value);
  }
  return value;
}

const reply = (answer: ThreadAnswer | null): void => {
  port.postMessage({ answer, cpuMs: usedMs() } satisfies ThreadReply);
};
const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : 'it threw what is no Error')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 400);

const entry = new URL('../../strategy/entry.ts', import.meta.url).href;
lockRealm();
let loaded: Promise<Strategy | string> = Promise.resolve('it was told of no file');

function begin(closure: Closure): void {
  closeImports(closure, entry);
  loaded = load(closure).catch((error: unknown) => messageOf(error));
}

port.on('message', (said: ThreadOrder | ThreadQuestion) => {
  if (said.kind === 'run') begin(said.closure);
  else void answer(said);
});
if ((workerData as { readonly isEarly: boolean }).isEarly) {
  warmUp();
  reply(null);
}

async function answer(question: ThreadQuestion): Promise<void> {
  const strategy = await loaded;
  reply(typeof strategy === 'string' ? { kind: 'refused', message: strategy } : guarded(strategy, question));
}

function guarded(strategy: Strategy, question: ThreadQuestion): ThreadAnswer {
  try {
    return answerTo(strategy, question);
  } catch (error) {
    return { kind: 'refused', message: messageOf(error) };
  }
}
