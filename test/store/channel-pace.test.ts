import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pool } from 'pg';
import { takeTurn } from '../../store/channel-pace.ts';
import { temporaryStore } from '../support/database.ts';

describe('takeTurn', () => {
  let dispose: () => Promise<void>;
  let pool: Pool;
  beforeAll(async () => {
    const made = await temporaryStore();
    ({ dispose } = made);
    pool = new Pool(made.store.connection);
    // The server's goodbye may reach a connection that is being closed.
    pool.on('error', () => {});
  });
  afterAll(async () => {
    await pool.end();
    await dispose();
  });

  /** Times at which a channel that always wants to post gets its turns, from `start` for `forMs`. */
  const turns = async (channel: string, perMinute: number, start: number, forMs: number) => {
    const taken: number[] = [];
    for (let now = start; now < start + forMs;) {
      const waitMs = await takeTurn(pool, channel, { perMinute }, now);
      if (waitMs === 0) taken.push(now);
      else now += waitMs;
    }
    return taken;
  };

  it.each([1, 2, 10, 60, 100])('gives at most %i turns in any minute, and all of them', async (perMinute) => {
    const taken = await turns(`rate-${perMinute}`, perMinute, 1_000_000, 150_000);
    const most = Math.max(
      ...taken.map((from) => taken.filter((at) => at >= from && at < from + 60_000).length),
    );
    expect(most).toBeLessThanOrEqual(perMinute);
    expect(most).toBeGreaterThanOrEqual(perMinute - 1);
  });

  it('lets a few go at once after a rest', async () => {
    await turns('rested', 60, 1_000_000, 10_000);
    const burst = await turns('rested', 60, 2_000_000, 1);
    expect(burst).toHaveLength(5);
  });

  it('is not silenced by a clock that was set back', async () => {
    await takeTurn(pool, 'clock', { perMinute: 60 }, 9e12);
    const waitMs = await takeTurn(pool, 'clock', { perMinute: 60 }, 1e12);
    expect(waitMs).toBeLessThanOrEqual(62_000);
  });
});
