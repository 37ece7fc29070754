import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../../store/open-store.ts';
import { temporaryStore } from '../../support/services/database.ts';
import { pipeline, type Pipeline } from '../../support/pipeline.ts';
import { platform, status, store as takes, type Platform } from '../../support/services/platform.ts';
import { patience } from '../../support/patience.ts';
import { aSignal } from '../../support/signals.ts';
import { until } from '../../support/until.ts';
import { queueBackends } from '../../support/use-delivery.ts';

const hour = 3_600_000;

describe.each(queueBackends())('posts on $name, while somebody sets the wall clock', ({ need, redisUrl }) => {
  let store: Store;
  let dispose: () => Promise<void>;
  let target: Platform;
  let line: Pipeline;
  /** Which BullMQ reads for itself: it is set for this process. */
  const trueNow = Date.now;
  let wrong = 0;
  const setBack = (ms: number) => void (wrong -= ms);
  /** What a process reads that was started after the step; one that runs goes on by its monotonic clock. */
  const wallNow = () => Date.now();

  beforeAll(async () => {
    if (need.skip) return;
    ({ store, dispose } = await temporaryStore());
  });
  afterAll(() => dispose?.());
  beforeEach(async () => {
    wrong = 0;
    Date.now = () => trueNow() + wrong;
    target = await platform();
  });
  afterEach(async () => {
    await line.close();
    await target.close();
    Date.now = trueNow;
  });
  const start = (timeOfDay: () => number) =>
    (line = pipeline({
      store,
      url: target.url,
      redisUrl: redisUrl(),
      timeOfDay,
      delivery: { backoffMs: () => 2_000 },
    }));
  const delivered = async (id: string): Promise<number> => {
    const from = performance.now();
    await until(async () => (await store.signals.get(id))?.deliveries[0]?.state === 'delivered', 20_000);
    return performance.now() - from;
  };
  const lasting = () => aSignal({ expires_at: trueNow() + 48 * hour });

  it(
    'one that waits for its next attempt goes in time, though its job was to wake an hour later',
    need,
    async () => {
      const { queue, issue } = start(trueNow);
      target.answer = (...parameters) => (target.received.length < 2 ? status(503) : takes)(...parameters);
      const signal = lasting();
      await issue(signal);
      await until(async () => (await queue.queue.getDelayedCount()) === 1);
      setBack(hour);
      await queue.clockStepped();
      expect(await delivered(signal.id)).toBeLessThan(7_000 * patience());
    },
  );

  it(
    'one that a server left behind goes in time after a start on a clock that is an hour back',
    need,
    async () => {
      const first = start(trueNow);
      target.answer = status(503);
      const signal = lasting();
      await first.issue(signal);
      await until(async () => (await first.queue.queue.getDelayedCount()) === 1);
      await first.close();
      setBack(hour);
      target.answer = takes;
      start(wallNow);
      expect(await delivered(signal.id)).toBeLessThan(7_000 * patience());
      expect(new Set(target.received.map(({ id }) => id)).size).toBe(1);
    },
  );

  it('new ones go at once after a start on a clock that is an hour back, a day, or ahead', need, async () => {
    const first = start(trueNow);
    for (let i = 0; i < 5; i++) await first.issue(lasting());
    await until(() => target.received.length >= 5);
    await first.close();
    for (const ms of [hour, 23 * hour, -hour]) {
      setBack(ms);
      const again = start(wallNow);
      const signal = lasting();
      await again.issue(signal);
      expect(await delivered(signal.id)).toBeLessThan(5_000 * patience());
      await again.close();
    }
    start(wallNow);
  });
});
