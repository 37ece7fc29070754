import { setImmediate as othersFirst } from 'node:timers/promises';
import { isDatabaseAway } from '../database.ts';
import type { RestoreQuery, StoredSymbol } from './restore-symbols.ts';

export interface RestoreInBatchesOptions {
  /** Reads many symbols, in their order; each is unpacked in a turn of its own. */
  readonly read: (queries: readonly RestoreQuery[]) => Promise<readonly (() => StoredSymbol)[]>;
  /** Symbols that are read together. @default 32 */
  readonly most?: number;
  /** Batches under way at once: the database reads one while the actors of another begin. @default 2 */
  readonly atOnce?: number;
  /** Nothing waits any more. `symbols` were read since something last began to wait. */
  readonly onDrained?: (drained: { symbols: number; ms: number }) => void;
}

interface Waiting extends PromiseWithResolvers<StoredSymbol> {
  readonly query: RestoreQuery;
}

/**
 * Reads symbols in batches, few at a time, in the order of the calls: whatever their number, the pool keeps connections for other work, no
 * statement grows with them, and others' callbacks run between two symbols. Where one symbol's rows cannot be unpacked it alone rejects;
 * a batch that the database refuses is halved until one symbol rejects.
 */
export function restoreInBatches(
  options: RestoreInBatchesOptions,
): (query: RestoreQuery) => Promise<StoredSymbol> {
  const { read, most = 32, atOnce = 2, onDrained = () => {} } = options;
  const waiting: Waiting[] = [];
  let running = 0;
  let isGathering = false;
  let symbols = 0;
  let since = 0;

  const run = async (batch: readonly Waiting[]): Promise<void> => {
    let stored: readonly (() => StoredSymbol)[];
    try {
      stored = await read(batch.map(({ query }) => query));
    } catch (error) {
      if (batch.length === 1 || isDatabaseAway(error)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      const middle = batch.length >> 1;
      await run(batch.slice(0, middle));
      await run(batch.slice(middle));
      return;
    }
    for (const [i, { resolve, reject }] of batch.entries()) {
      try {
        resolve(stored[i]!());
      } catch (error) {
        reject(error);
      }
      symbols += 1;
      await othersFirst();
    }
  };
  const pump = (): void => {
    while (running < atOnce && waiting.length > 0) {
      running += 1;
      void run(waiting.splice(0, most)).finally(() => {
        running -= 1;
        if (running === 0 && waiting.length === 0)
          onDrained({ symbols, ms: Math.round(performance.now() - since) });
        pump();
      });
    }
  };

  return (query) => {
    const one = { query, ...Promise.withResolvers<StoredSymbol>() };
    if (running === 0 && waiting.length === 0) [symbols, since] = [0, performance.now()];
    waiting.push(one);
    if (!isGathering) {
      isGathering = true;
      // Those of the same turn come along.
      setImmediate(() => {
        isGathering = false;
        pump();
      });
    }
    return one.promise;
  };
}
