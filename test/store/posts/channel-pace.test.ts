import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pool } from 'pg';
import { takeTurn } from '../../../store/posts/channel-pace.ts';
import { seededRandom } from '../../../models/random.ts';
import { until } from '../../support/until.ts';
import { temporaryStore } from '../../support/services/database.ts';

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
      const waitMs = await takeTurn(pool, channel, { perMinute }, () => now);
      if (waitMs === 0) taken.push(now);
      else now += waitMs;
    }
    return taken;
  };

  it.each([1, 2, 10, 60, 100])(
    'gives at most %i turns in any 62 seconds, and all of them',
    async (perMinute) => {
      const taken = await turns(`rate-${perMinute}`, perMinute, 1_000_000, 150_000);
      const most = Math.max(
        ...taken.map((from) => taken.filter((at) => at >= from && at < from + 62_000).length),
      );
      expect(most).toBeLessThanOrEqual(perMinute);
      expect(most).toBeGreaterThanOrEqual(perMinute - 1);
    },
  );

  it('lets a few go at once after a rest', async () => {
    await turns('rested', 60, 1_000_000, 10_000);
    const burst = await turns('rested', 60, 2_000_000, 1);
    expect(burst).toHaveLength(5);
  });

  it.each([
    ['a minute', 60_000],
    ['an hour', 3_600_000],
    ['a day', 86_400_000],
    ['years', 8e12],
  ])(
    'is delayed by no more than 5 s where the clock was set back by %s, and never again',
    async (name, back) => {
      for (const perMinute of [1, 2, 12, 60]) {
        const channel = `back ${name} ${perMinute}`;
        const begun = 9e12;
        await turns(channel, perMinute, begun, 2_000);
        const now = begun + 2_000 - back;
        const waitMs = await takeTurn(pool, channel, { perMinute }, () => now);
        expect(waitMs).toBeLessThanOrEqual(5_000);
        // However often and late it is asked: what was stored is mended.
        expect(
          await takeTurn(pool, channel, { perMinute }, () => now + Math.floor(waitMs / 2)),
        ).toBeLessThanOrEqual(Math.ceil(waitMs / 2) + 1);
        expect(await takeTurn(pool, channel, { perMinute }, () => now + waitMs)).toBe(0);
        // And the rate holds from there on.
        const next = await turns(channel, perMinute, now + waitMs + 1, 90_000);
        const most = Math.max(
          ...next.map((from) => next.filter((at) => at >= from && at < from + 60_000).length),
        );
        expect(most).toBeLessThanOrEqual(perMinute);
      }
    },
  );

  it('does not take the turns that others took while it waited for the row for a clock that was set back', async () => {
    const begun = 5e12;
    let now = begun;
    const pace = { perMinute: 60, burst: 1 };
    await takeTurn(pool, 'locked', pace, () => now);
    const other = await pool.connect();
    await other.query('begin');
    await other.query(`select from channel_pace where channel = 'locked' for update`);
    const waiting = takeTurn(pool, 'locked', pace, () => now);
    // On a connection of its own: within a transaction PostgreSQL shows what the first look saw.
    await until(async () => {
      const { rows } = await pool.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and query like '%channel_pace%'`,
      );
      return rows[0]!.n > 0;
    });
    now = begun + 20_000;
    await other.query(`update channel_pace set next_at = $1 where channel = 'locked'`, [begun + 20_500]);
    await other.query('commit');
    other.release();
    expect(await waiting).toBe(500);
    const { rows } = await pool.query<{ next_at: number }>(
      `select next_at from channel_pace where channel = 'locked'`,
    );
    expect(rows[0]!.next_at).toBe(begun + 20_500);
  });

  it('bears clocks of machines that are a few seconds apart', async () => {
    const pace = { perMinute: 60, burst: 1 };
    const taken: number[] = [];
    for (let truth = 6e12, n = 0; truth < 6e12 + 90_000; n++) {
      const wrong = n % 2 === 0 ? 0 : -2_500;
      const waitMs = await takeTurn(pool, 'apart', pace, () => truth + wrong);
      if (waitMs === 0) taken.push(truth);
      truth += waitMs === 0 ? 1 : Math.min(waitMs, 200);
    }
    const most = Math.max(
      ...taken.map((from) => taken.filter((at) => at >= from && at < from + 60_000).length),
    );
    expect(most).toBeLessThanOrEqual(60);
  });

  it('lets no post wait for more than 5 s through 50 steps of the clock within a day either way', async () => {
    const random = seededRandom(7);
    const perMinute = 60;
    let wrong = 0;
    let wait = 0;
    for (let truth = 1e12, step = 0; step < 50; step++) {
      wrong = Math.round((random() * 2 - 1) * 86_400_000);
      for (let i = 0; i < 4; i++) {
        const waitMs = await takeTurn(pool, 'steps', { perMinute }, () => truth + wrong);
        expect(waitMs).toBeLessThanOrEqual(5_000);
        truth += waitMs;
        wait = waitMs === 0 ? wait : Math.max(wait, waitMs);
      }
    }
    expect(wait).toBeGreaterThan(0);
  });
});
