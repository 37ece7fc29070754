import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Arithmetic on a few numbers alone: nothing is shared, allocated or waited for. */
const work = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', (rounds) => {
    let x = 0.5;
    for (let i = 0; i < rounds; i++) x = 3.9 * x * (1 - x);
    parentPort.postMessage(x);
  });`;

/** How many times as much two threads of this machine do as one, at work that has nothing in common: what two threads of anything can reach, just now. */
export async function plainThreads(rounds = 3e8): Promise<number> {
  const workers = [0, 1].map(() => new Worker(work, { eval: true }));
  const ask = async (worker: Worker): Promise<void> => {
    const answer = once(worker, 'message');
    worker.postMessage(rounds);
    await answer;
  };
  try {
    await Promise.all(workers.map(ask));
    const start = performance.now();
    await ask(workers[0]!);
    const between = performance.now();
    await Promise.all(workers.map(ask));
    return (2 * (between - start)) / (performance.now() - between);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
