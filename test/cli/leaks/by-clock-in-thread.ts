import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { WalkTask } from '../../../cli/audit/walk.ts';
import { honest, walkOf } from './walk-of.ts';

/** A thread, as the walk-forward has them, asks the clock. */
export default async (task: WalkTask) => {
  const worker = new Worker(
    `require('node:worker_threads').parentPort.postMessage(new Date().getUTCMonth())`,
    { eval: true },
  );
  const [month] = (await once(worker, 'message')) as [number];
  await worker.terminate();
  return walkOf((view, at) => ({ ...(honest(view, at) as object), month }))(task);
};
