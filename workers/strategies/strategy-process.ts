import { type Closure, readClosure } from '../../strategy/load/read-closure.ts';
import type { Limits, ProcessOrder, ProcessReply } from './messages.ts';
import { createWatchedThread, prepareThread, type Thread, type WatchedThread } from './watched-thread.ts';

/**
 * The process of one strategy: reads its file, and runs it in threads that it watches. One array that is larger than a thread's memory ends the
 * whole process of a thread (V8 cannot give up a single allocation): here it ends nothing else.
 */
const threads = new Map<string, WatchedThread>();
/** Begun before there is a file to run. */
const prepared: Thread[] = [];
let running: { readonly closure: Closure; readonly limits: Limits } | undefined;

const send = (reply: ProcessReply): void => {
  if (process.connected) process.send!(reply);
};

function begin(closure: Closure, limits: Limits): void {
  running = { closure, limits };
  send({ kind: 'ready', closure });
}

function threadOf(name: string): WatchedThread {
  const known = threads.get(name);
  if (known !== undefined) return known;
  const { closure, limits } = running!;
  const made = createWatchedThread(closure, limits, prepared.shift());
  threads.set(name, made);
  return made;
}

async function obey(order: ProcessOrder): Promise<void> {
  if (order.kind === 'prepare') {
    // Its own, and the one beside it that a check asks.
    prepared.push(prepareThread(order.limits), prepareThread(order.limits));
    return;
  }
  if (order.kind === 'run') return begin(order.closure, order.limits);
  if (order.kind === 'read') {
    const closure = await readClosure(order.file).catch((error: Error) => error);
    if (closure instanceof Error) return send({ kind: 'unreadable', message: closure.message });
    return begin(closure, order.limits);
  }
  if (order.kind === 'end') {
    const thread = threads.get(order.thread);
    threads.delete(order.thread);
    return thread?.end();
  }
  const { id, thread, question } = order;
  send({ kind: 'answered', id, answer: await threadOf(thread).ask(question) });
}

process.on('message', (order: ProcessOrder) => void obey(order));
// Whoever asked is gone, however it went.
process.on('disconnect', () => process.exit());
if (!process.connected) process.exit();
// A terminal's signal reaches the whole group: the server decides when this ends.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
