import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ResolvedFrame } from '../../schema/wire.ts';
import { migrate } from '../../store/migrate.ts';
import { bodyOf } from '../../store/signal-rows.ts';
import { emptyDatabase, migrationsOfBefore, storeOn } from '../support/services/database.ts';
import { aSignal, opened } from '../support/signals.ts';

describe('004-term-and-one-open', () => {
  let folder: string;
  let pool: Pool;
  let dispose: () => Promise<void>;
  beforeAll(async () => {
    ({ pool, folder, dispose } = await emptyDatabase());
  });
  afterAll(() => dispose());

  it('leaves the newest of several open ones; the others are void, told of, and not posted', async () => {
    await migrate(pool, await migrationsOfBefore(folder, /^00[123]-/));
    const made = [
      ['oldest', 'BTCUSD', '1h', 10, 'queued', false],
      ['middle', 'BTCUSD', '1h', 20, 'queued', true],
      ['newest', 'BTCUSD', '1h', 30, 'queued', false],
      ['longer', 'BTCUSD', '4h', 10, 'queued', false],
      ['other', 'ETHUSD', '1h', 10, 'delivered', false],
    ] as const;
    for (const [id, symbol, timeframe, createdAt, state, maybe] of made) {
      const signal = aSignal({ id, symbol, timeframe, created_at: createdAt });
      await pool.query(
        `insert into signal (id, symbol, timeframe, signal_type, status, close_time, created_at, expires_at, body, analysed_window)
         values ($1, $2, $3, 'BUY', 'open', 1, $4, 99, $5, '')`,
        [id, symbol, timeframe, createdAt, JSON.stringify(bodyOf(signal))],
      );
      await pool.query(
        `insert into outbox (post_id, signal_id, channel, symbol, state, maybe_stored, position, created_at, updated_at, expires_at)
         values ($1, $1, 'community', $2, $3, $4, 1, 2, 2, 99)`,
        [id, symbol, state, maybe],
      );
    }
    await pool.query('update log_position set last_offset = 7');

    const store = await storeOn({ pool, folder });
    try {
      const stored = new Map(
        await Promise.all(made.map(async ([id]) => [id, (await store.signals.get(id))!] as const)),
      );
      expect([...stored].map(([id, { status, deliveries }]) => [id, status, deliveries[0]?.state])).toEqual([
        ['oldest', 'void', 'superseded'],
        ['middle', 'void', 'parked'],
        ['newest', 'open', 'queued'],
        ['longer', 'open', 'queued'],
        ['other', 'open', 'delivered'],
      ]);
      expect(stored.get('oldest')?.outcome).toMatchObject({ status: 'void', r: null, exit_price: 100 });
      expect(await store.log.position()).toMatchObject({ offset: 9 });
      const frames = await store.log.since(7);
      expect(frames.map((frame) => ResolvedFrame.parse(frame))).toEqual(frames);
      expect(frames).toMatchObject(
        ['oldest', 'middle'].map((id, i) => ({
          type: 'signal_resolved',
          symbol: 'BTCUSD',
          timeframe: '1h',
          id,
          epoch: store.epoch,
          offset: 8 + i,
          outcome: { status: 'void' },
        })),
      );
      await store.term.take('a test');
      const next = await store.record([opened(aSignal({ symbol: 'SOLUSD' }))], []);
      expect(next.frames.map(({ offset }) => offset)).toEqual([10]);
    } finally {
      await store.close();
    }
  });
});
