import { describe, expect, it } from 'vitest';
import { frameTurns } from '../../../sinks/feeds/frame-turns.ts';

/** Jobs of 1 ms by a clock that only they move. */
function open() {
  let now = 0;
  const turns = frameTurns({ sliceMs: 3, now: () => now });
  const work = () => void now++;
  return { turns, work };
}
/** Runs until `count` jobs are done; how many were done in each turn of the event loop. */
async function perTurn(done: () => number, count: number): Promise<number[]> {
  const seen: number[] = [];
  let before = 0;
  while (before < count) {
    seen.push(done() - before);
    before = done();
    await new Promise(setImmediate);
  }
  return seen.filter((one) => one > 0);
}

describe('frameTurns', () => {
  it('does a job at once where the turn has time left, and no more than a slice in one turn', async () => {
    const { turns, work } = open();
    let done = 0;
    const job = async () => {
      work();
      done++;
    };
    turns.run(job);
    expect(done).toBe(1);
    for (let i = 1; i < 20; i++) turns.run(job);
    const slices = await perTurn(() => done, 20);
    expect(Math.max(...slices)).toBe(3);
    expect(slices.reduce((sum, one) => sum + one)).toBe(20);
  });

  it('counts what many callbacks of one turn do together', async () => {
    const { turns, work } = open();
    let done = 0;
    const job = async () => {
      work();
      done++;
    };
    for (let i = 0; i < 12; i++) {
      turns.run(job);
      // As between two sockets' data: what waits runs, but the turn goes on.
      for (let k = 0; k < 10; k++) await Promise.resolve();
    }
    expect(done).toBe(3);
    expect((await perTurn(() => done, 12)).slice(1).every((one) => one <= 3)).toBe(true);
  });

  it('lets the next job go while one waits, in the order of the calls', async () => {
    const { turns } = open();
    const order: string[] = [];
    const { promise: held, resolve: free } = Promise.withResolvers<void>();
    turns.run(async () => {
      order.push('waits');
      await held;
      order.push('ends');
    });
    turns.run(async () => void order.push('second'));
    turns.run(async () => void order.push('third'));
    await expect.poll(() => order).toEqual(['waits', 'second', 'third']);
    free();
    await expect.poll(() => order.at(-1)).toBe('ends');
  });
});
