import { describe, expect, it } from 'vitest';
import { patience } from '../../support/patience.ts';
import { connect } from '../../support/server.ts';
import { activeOf, splitServer } from '../../support/split-server.ts';
import { needs } from '../../support/needs.ts';

/** 20 by `GAP_KILLS=20`, for figures; they mean something on a quiet machine alone. */
const kills = Number(process.env['GAP_KILLS'] ?? 2);
/** The gap that clients may see, 95th percentile, ms. */
const boundMs = 2000;

describe('prices at a gateway', needs.redis, () => {
  it(
    'go on within two seconds of a kill -9 of the ingest, where another stands by',
    { timeout: 300_000 + kills * 120_000 },
    async () => {
      const split = await splitServer();
      try {
        const roles = 'ingest,analysis';
        let ingests = [await split.start(roles)];
        const [other, gateway] = await Promise.all([split.start(roles), split.start('gateway,analysis')]);
        ingests.push(other);
        await activeOf(ingests);
        await activeOf([gateway]);
        const client = await connect(gateway.server, '/ws', { action: 'subscribe', symbol: 'BTCUSD' });
        const gaps: number[] = [];
        for (let kill = 0; kill < kills; kill++) {
          const holder = await activeOf(ingests);
          const standby = ingests.find((one) => one !== holder)!;
          const known = client.frames.length;
          await client.frame(
            (frame) => frame.type === 'price_update' && client.frames.indexOf(frame) >= known,
          );
          await holder.server.stop('SIGKILL');
          const killed = Date.now();
          const begun = performance.now();
          await client.frame(
            (frame) => frame.type === 'price_update' && Number(frame['timestamp']) > killed,
            40_000,
          );
          gaps.push(performance.now() - begun);
          console.log(`gap ${gaps.at(-1)!.toFixed(0)} ms`);
          client.frames.splice(0);
          ingests = [standby, await split.start(roles)];
        }
        gaps.sort((a, b) => a - b);
        const [p50, p95] = [0.5, 0.95].map((share) => gaps[Math.ceil(share * gaps.length) - 1]!);
        console.log(
          `gap in prices over ${kills} kills: p50 ${p50!.toFixed(0)} ms, p95 ${p95!.toFixed(0)} ms`,
        );
        expect(p95).toBeLessThan(boundMs * patience());
        client.close();
      } finally {
        await split.close();
      }
    },
  );
});
