import { until } from '../../support/until.ts';
import { Pool } from 'pg';
import type { Store } from '../../../store/open-store.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { child } from '../../support/child.ts';
import { temporaryFolder, temporaryStoreAt } from '../../support/services/database.ts';
import { platform, says, status, store as takes, type Platform } from '../../support/services/platform.ts';
import { redisProcess } from '../../support/services/redis.ts';
import { needs } from '../../support/needs.ts';

/** Kills in all: 20 in CI, 200 by `npm run test:crash`. */
const points = Number(process.env['CRASH_POINTS'] ?? (process.env['CI'] ? 20 : 4));
const rounds = Math.ceil(points / 4);
/** Kills where the platform can be asked about posts in doubt. */
const lookupRounds = Math.ceil(Number(process.env['LOOKUP_KILLS'] ?? points / 2) / 2);
/** Places for the signals of one life, more than it issues. */
const placesALife = 200;
/** Share of the posts in doubt that may stay so. */
const mostParked = 0.05;

describe.each([
  { backend: 'PostgreSQL', idempotent: true, asks: false, rounds },
  { backend: 'PostgreSQL', idempotent: false, asks: false, rounds },
  { backend: 'PostgreSQL', idempotent: false, asks: true, rounds: lookupRounds },
  { backend: 'Redis', idempotent: true, asks: false, rounds },
  { backend: 'Redis', idempotent: false, asks: false, rounds },
  { backend: 'Redis', idempotent: false, asks: true, rounds: lookupRounds },
])(
  'kill -9 on $backend, platform idempotent: $idempotent, asked: $asks',
  ({ backend, idempotent, asks, rounds }) => {
    const cleanUp: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
      for (const step of cleanUp.splice(0).reverse()) await step();
    });

    it(
      `at ${rounds} random points loses no post and sends none twice`,
      { ...(backend === 'Redis' ? needs.redis : needs.none), timeout: 900_000 + rounds * 60_000 },
      async () => {
        const folder = await temporaryFolder();
        cleanUp.push(() => folder.remove());
        const redis = backend === 'Redis' ? await redisProcess() : undefined;
        await redis?.start();
        if (redis !== undefined) cleanUp.push(() => redis.dispose());
        const stored = new Map<string, number>();
        const denied = new Set<string>();
        const lastRequest = new Map<string, number>();
        let target = await open(0);
        cleanUp.push(() => target.close());
        const port = Number(new URL(target.url).port);

        async function open(onPort: number): Promise<Platform> {
          const made = await platform(onPort);
          made.answer = (response, received, socket) => {
            const { id } = received;
            lastRequest.set(id, received.at);
            const take = () => {
              if (idempotent && stored.has(id)) return;
              stored.set(id, (stored.get(id) ?? 0) + 1);
            };
            const dice = Math.random();
            if (dice < 0.08) {
              socket.destroy();
              return;
            }
            if (dice < 0.16) {
              status(503)(response, received, socket);
              return;
            }
            take();
            if (dice < 0.24) socket.destroy();
            else if (dice < 0.3) setTimeout(() => takes(response, received, socket), 250);
            // What says 500 has stored nothing: only a platform that drops repetitions may be wrong about it.
            else if (dice < 0.38 && idempotent) {
              denied.add(id);
              status(500)(response, received, socket);
            } else takes(response, received, socket);
          };
          // It is as unreliable as the rest of it.
          made.lookup = (response, id) => {
            const dice = Math.random();
            if (dice < 0.1) response.socket?.destroy();
            else if (dice < 0.2) says(response, 500, { detail: 'no' });
            else if (stored.has(id)) says(response, 200, { signal_id: `p-${id}`, idempotency_key: id });
            else says(response, 404, { detail: 'Not Found' });
          };
          return made;
        }

        const run = (drain: boolean, from = 0) =>
          child('deliver.ts', [
            JSON.stringify({
              folder: folder.path,
              url: target.url,
              redisUrl: redis?.url,
              idempotent,
              asks,
              from,
              drain,
            }),
          ]);
        for (let round = 0; round < rounds; round += 1) {
          const begun = lastRequest.size;
          const server = run(false, round * placesALife);
          await server.line();
          // Killed while it starts it would have nothing to lose.
          await until(() => lastRequest.size > begun, 30_000);
          await sleep(Math.random() * 700);
          if (round % 3 === 1) {
            await target.close();
            await sleep(Math.random() * 100);
            target = await open(port);
            await sleep(Math.random() * 300);
          }
          server.process.kill('SIGKILL');
          await server.ended;
        }
        const last = run(true);
        expect(await last.line()).toEqual({ started: true });
        expect(await last.line()).toEqual({ drained: true });
        expect(await last.ended).toBe(0);

        const store = await temporaryStoreAt(folder.path);
        cleanUp.push(() => store.close());
        const { signals } = await store.signals.list({ limit: 100_000 });
        expect(signals.length).toBeGreaterThan(0);
        const tally: Record<string, number> = {};
        for (const { id, expires_at, deliveries } of signals) {
          const { state } = deliveries[0]!;
          const times = stored.get(id) ?? 0;
          tally[`${state} ${times}`] = (tally[`${state} ${times}`] ?? 0) + 1;
          expect(times, `${id} ${state}`).toBeLessThanOrEqual(1);
          if (state === 'delivered') expect(times, id).toBe(1);
          // What it took and then denied may expire before it is repeated.
          if (state === 'expired' && !denied.has(id)) expect(times, id).toBe(0);
          expect(['delivered', 'parked', 'expired'], id).toContain(state);
          // A claim before the end may arrive a moment after it.
          expect(lastRequest.get(id) ?? 0, id).toBeLessThan(expires_at + 500);
          const long = expires_at - signals[0]!.created_at > 60_000;
          if (long && idempotent) expect(state, id).toBe('delivered');
        }
        const { doubted, parked, why } = await doubts(store);
        console.log(
          `${rounds} kills on ${backend}, idempotent: ${idempotent}, asked: ${asks}: ${JSON.stringify(tally)}, ${doubted} in doubt, ${parked} parked ${asks ? why.join('; ') : ''}`,
        );
        if (asks) expect(parked).toBeLessThanOrEqual(Math.max(1, mostParked * doubted));
        if (!idempotent && !asks && rounds >= 5)
          expect(Object.keys(tally).some((key) => key.startsWith('parked'))).toBe(true);
      },
    );
  },
);

/** How many posts were in doubt, and how many are. */
async function doubts(store: Store): Promise<{ doubted: number; parked: number; why: string[] }> {
  const pool = new Pool(store.connection);
  pool.on('error', () => {});
  const { rows } = await pool.query<{ doubted: number; parked: number; why: string[] }>(
    `select count(*) filter (where history::text like '%asked%' or state = 'parked')::int as doubted,
       count(*) filter (where state = 'parked')::int as parked,
       coalesce(array_agg(distinct last_answer) filter (where state = 'parked'), '{}') as why from outbox`,
  );
  await pool.end();
  return rows[0]!;
}

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));
