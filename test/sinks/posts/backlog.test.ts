import { describe, expect, it } from 'vitest';
import type { Signal } from '../../../schema/signal.ts';
import type { Recorded } from '../../../store/record/cause.ts';
import { temporaryStore } from '../../support/services/database.ts';
import { pipeline } from '../../support/pipeline.ts';
import { platform } from '../../support/services/platform.ts';
import { redisProcess } from '../../support/services/redis.ts';
import { aSignal, opened, placeOf } from '../../support/signals.ts';
import { until } from '../../support/until.ts';
import { needs } from '../../support/needs.ts';

describe.each([{ backend: 'PostgreSQL' }, { backend: 'Redis' }])('a backlog on $backend', ({ backend }) => {
  it(
    'of 500 posts is drained at the rate when the platform is back, without what has expired',
    backend === 'Redis' ? needs.redis : needs.none,
    async () => {
      const { store, dispose } = await temporaryStore();
      const redis = backend === 'Redis' ? await redisProcess() : undefined;
      await redis?.start();
      const down = await platform();
      const port = Number(new URL(down.url).port);
      await down.close();
      // An hour in small: 100 posts a second.
      const line = pipeline({
        store,
        url: down.url,
        redisUrl: redis?.url,
        channel: { pace: { perMinute: 6000, burst: 5 } },
        delivery: { backoffMs: () => 100 + Math.random() * 400 },
      });
      let target: Awaited<ReturnType<typeof platform>> | undefined;
      try {
        const start = Date.now();
        const signals: Signal[] = Array.from({ length: 500 }, (_, i) =>
          aSignal({
            ...placeOf('S', i),
            ...(i % 20 === 19 ? { expires_at: start + 5000 } : {}),
          }),
        );
        const recorded: Recorded[] = [];
        for (const signal of signals) recorded.push(await store.record([opened(signal)], ['community']));
        await line.queue.enqueue(recorded.flatMap((one) => one.opened));
        await until(async () => (await store.outbox.counts('community')).lastError?.includes('ECONNREFUSED'));
        await new Promise((done) => setTimeout(done, Math.max(0, start + 5100 - Date.now())));
        target = await platform(port);
        await until(async () => {
          const { states } = await store.outbox.counts('community');
          return states.queued + states.sending === 0;
        }, 180_000);

        const { states } = await store.outbox.counts('community');
        expect(states).toMatchObject({ delivered: 475, expired: 25, failed: 0, parked: 0 });
        expect(target.received).toHaveLength(475);
        expect(new Set(target.received.map(({ id }) => id)).size).toBe(475);
        const times = target.received.map(({ at }) => at);
        const most = Math.max(
          ...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length),
        );
        // One a 10 ms with 5 at once is 105 in a second; arrivals may bunch by what the machine delays them.
        expect(most).toBeLessThanOrEqual(120);
        // Within a symbol in the order of issue.
        const offset = new Map(
          recorded.flatMap(({ frames }) =>
            frames.map((frame) => [
              'signal' in frame && 'id' in frame.signal ? frame.signal.id : '',
              frame.offset,
            ]),
          ),
        );
        for (const symbol of new Set(signals.map((signal) => signal.symbol))) {
          const order = target.received
            .filter(({ body }) => body['symbol'] === symbol)
            .map(({ id }) => Number(offset.get(id)));
          expect(order).toEqual([...order].sort((a, b) => a - b));
        }
        console.log(
          `475 posts in ${((times.at(-1)! - times[0]!) / 1000).toFixed(1)} s on ${backend}, ${most} in a second`,
        );
      } finally {
        await line.close();
        await target?.close();
        await redis?.dispose();
        await dispose();
      }
    },
  );
});
