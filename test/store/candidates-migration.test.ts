import { expect, it } from 'vitest';
import type { SignalEvent } from '../../schema/signal-event.ts';
import { migrate } from '../../store/migrate.ts';
import { decisionOf, minute } from '../operators/signals/signal-samples.ts';
import { emptyDatabase, migrationsOfBefore, storeOn } from '../support/services/database.ts';

it('010-candidates keeps what candidates have taught, and follows none of before', async () => {
  const { pool, folder, dispose } = await emptyDatabase();
  try {
    await migrate(pool, await migrationsOfBefore(folder, /^00\d-/));
    const now = Date.now();
    const experience = {
      version: 1,
      direction: 0.1,
      neither: 0,
      directionWeight: 13,
      neitherWeight: 14,
      n: 2,
    };
    const decision = decisionOf('WAIT', now - minute);
    await pool.query(
      `insert into decision (symbol, timeframe, assignment, close_time, body, experience) values ($1, $2, 'regime', $3, $4, $5)`,
      [decision.symbol, decision.timeframe, decision.close_time, decision, experience],
    );
    const store = await storeOn({ pool, folder });
    try {
      const restored = async () => {
        const options = { timeframes: ['1min'], historySize: 10, now } as const;
        const [read] = await store.restore([{ symbol: decision.symbol, formingFrom: now }], options);
        return read!().experience;
      };
      expect(await restored()).toMatchObject([{ experience, following: undefined, candidates: undefined }]);
      await store.term.take('a test');
      const following = { version: 1, until: now, since: null, taken: [] };
      const changed = [{ from: now, expiresAt: now + minute, text: 'AAAA' }];
      const event: SignalEvent = {
        kind: 'decided',
        decision: decisionOf('WAIT', now),
        changed: false,
        timely: true,
        followed: { following, changed, isSwept: true },
      };
      await store.record([event], [], []);
      expect(await restored()).toMatchObject([{ experience, following, candidates: 'AAAA' }]);
    } finally {
      await store.close();
    }
  } finally {
    await dispose();
  }
});
