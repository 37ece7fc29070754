import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeEnd } from '../../../sinks/posts/write-end.ts';
import { quiet } from '../../support/services/database.ts';

const end = { state: 'delivered', answer: '200 stored', remoteId: 'p-1' } as const;

describe('writeEnd', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Fails so often with a code of PostgreSQL's, or of Node's, before it writes. */
  const write = async (code: string, failures: number) => {
    const tried: (typeof end)[] = [];
    const written = writeEnd(
      { log: quiet },
      { id: 'p', what: 'a result', end, stopping: new AbortController().signal },
      async (one) => {
        tried.push(one);
        if (tried.length <= failures) throw Object.assign(new Error('no'), { code });
        return true;
      },
    );
    written.catch(() => {});
    await vi.advanceTimersByTimeAsync(60_000);
    return { written, tried };
  };

  it.each([
    ['away', 'ECONNREFUSED'],
    ['starting', '57P03'],
    ['too slow for it', '57014'],
    ['in a deadlock with it', '40P01'],
    ['holding its row for another', '55P03'],
  ])('waits for a database that is %s, and keeps what the receiver said', async (_, code) => {
    const { written, tried } = await write(code, 20);
    await expect(written).resolves.toBe(true);
    expect(tried).toHaveLength(21);
    expect(new Set(tried)).toEqual(new Set([end]));
  });

  it('leaves the words out where the database refuses them, and gives up after six refusals', async () => {
    const { tried } = await write('22021', 1);
    expect(tried).toEqual([
      end,
      { state: 'delivered', answer: 'the answer could not be stored', remoteId: null },
    ]);
    const never = await write('22021', 6);
    await expect(never.written).rejects.toThrow('no');
    expect(never.tried).toHaveLength(6);
  });
});
