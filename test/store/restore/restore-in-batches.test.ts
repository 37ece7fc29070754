import { describe, expect, it } from 'vitest';
import { restoreInBatches } from '../../../store/restore/restore-in-batches.ts';
import type { RestoreQuery, StoredSymbol } from '../../../store/restore/restore-symbols.ts';

const stored = (queries: readonly RestoreQuery[]) =>
  queries.map(
    ({ symbol }) =>
      () =>
        symbol as unknown as StoredSymbol,
  );
const queryOf = (symbol: string) => ({ symbol, formingFrom: 0 });
const names = (count: number) => Array.from({ length: count }, (_, i) => `S${i}`);
const away = () => Object.assign(new Error('Connection terminated unexpectedly'), { code: '57P01' });

describe('restoreInBatches', () => {
  it('reads those of one turn together, few batches at once, each symbol once and in order', async () => {
    const batches: string[][] = [];
    let running = 0;
    let most = 0;
    const drained: number[] = [];
    const restore = restoreInBatches({
      most: 16,
      atOnce: 2,
      read: async (queries) => {
        batches.push(queries.map(({ symbol }) => symbol));
        most = Math.max(most, ++running);
        await new Promise((done) => setTimeout(done, 1));
        running -= 1;
        return stored(queries);
      },
      onDrained: ({ symbols }) => drained.push(symbols),
    });
    const symbols = names(100);
    expect(await Promise.all(symbols.map((symbol) => restore(queryOf(symbol))))).toEqual(symbols);
    expect(batches.flat()).toEqual(symbols);
    expect(batches.map(({ length }) => length)).toEqual([16, 16, 16, 16, 16, 16, 4]);
    expect(most).toBe(2);
    await expect.poll(() => drained).toEqual([100]);
    expect(await restore(queryOf('LATER'))).toBe('LATER');
    await expect.poll(() => drained).toEqual([100, 1]);
  });

  it('lets other callbacks run between two symbols', async () => {
    const restore = restoreInBatches({ read: async (queries) => stored(queries) });
    const order: string[] = [];
    const tick = () => {
      order.push('other');
      if (order.length < 40) setImmediate(tick);
    };
    const all = names(8).map(async (symbol) => void order.push((await restore(queryOf(symbol))) as never));
    setImmediate(tick);
    await Promise.all(all);
    const between = order.slice(order.indexOf('S0'), order.indexOf('S7')).filter((one) => one === 'other');
    expect(between.length).toBeGreaterThanOrEqual(6);
  });

  it('rejects the symbol alone whose rows cannot be unpacked', async () => {
    const restore = restoreInBatches({
      read: async (queries) =>
        stored(queries).map((unpack, i) => {
          if (i !== 11) return unpack;
          return () => {
            throw new RangeError('of an unknown kind');
          };
        }),
    });
    const ends = await Promise.allSettled(names(16).map((symbol) => restore(queryOf(symbol))));
    expect(ends.flatMap(({ status }, i) => (status === 'rejected' ? i : []))).toEqual([11]);
  });

  it('rejects the symbol alone that the database refuses, whatever came with it', async () => {
    let reads = 0;
    const restore = restoreInBatches({
      read: async (queries) => {
        reads += 1;
        if (queries.some(({ symbol }) => symbol === 'S11')) throw new Error('invalid input syntax');
        return stored(queries);
      },
    });
    const ends = await Promise.allSettled(names(16).map((symbol) => restore(queryOf(symbol))));
    expect(ends.flatMap(({ status }, i) => (status === 'rejected' ? i : []))).toEqual([11]);
    expect(reads).toBeLessThanOrEqual(9);
  });

  it('rejects a whole batch while the database is away, and halves nothing', async () => {
    let reads = 0;
    const restore = restoreInBatches({
      read: async () => {
        reads += 1;
        throw away();
      },
    });
    const ends = await Promise.allSettled(names(16).map((symbol) => restore(queryOf(symbol))));
    expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
    expect(reads).toBe(1);
  });
});
