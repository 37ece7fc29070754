import { afterEach, describe, expect, it } from 'vitest';
import { platform, type Platform, status, store as takes } from '../support/services/platform.ts';
import { until } from '../support/until.ts';
import { allSignals, createWorld, deliveryOf, postClose, sleep } from '../support/world.ts';

/** Kills on each kind of platform: few in the normal run, many by `npm run test:crash`. */
const points = Math.ceil(Number(process.env['CRASH_POINTS'] ?? 6) / 2);
/** Each world is killed so often: its signals stay open, and each start takes them up again. */
const roundsPerWorld = 10;
const worlds = Array.from({ length: Math.ceil(points / roundsPerWorld) }, (_, i) =>
  Math.min(roundsPerWorld, points - i * roundsPerWorld),
);

describe.each([{ idempotent: true }, { idempotent: false }])(
  'kill -9 of the whole server, platform idempotent: $idempotent',
  ({ idempotent }) => {
    const cleanUp: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
      for (const step of cleanUp.splice(0).reverse()) await step();
    });

    it.each(worlds)(
      'at %i random points loses no post and sends none twice',
      async (rounds) => {
        /** What the platform has accepted, by id: how often. */
        const accepted = new Map<string, number>();
        const lastRequest = new Map<string, number>();
        const open = async (port: number): Promise<Platform> => {
          const made = await platform(port);
          made.answer = (response, received, socket) => {
            const { id } = received;
            lastRequest.set(id, received.at);
            // In the end it works, or a post that was unlucky often would wait for its backoff beyond any test.
            const dice = isWell ? 1 : Math.random();
            if (dice < 0.08) return void socket.destroy();
            if (dice < 0.16) return status(503)(response, received, socket);
            if (!idempotent || !accepted.has(id)) accepted.set(id, (accepted.get(id) ?? 0) + 1);
            if (dice < 0.24) socket.destroy();
            else if (dice < 0.32) setTimeout(() => takes(response, received, socket), 800);
            // What says 500 has stored nothing: only a platform that drops repetitions may be wrong about it.
            else if (dice < 0.4 && idempotent) status(500)(response, received, socket);
            else takes(response, received, socket);
          };
          return made;
        };
        let isWell = false;
        let target = await open(0);
        cleanUp.push(() => target.close());
        const world = await createWorld({
          COMMUNITY_TRADING_URL: target.url,
          COMMUNITY_IDEMPOTENT: String(idempotent),
          COMMUNITY_TIMEOUT_MS: '400',
        });
        cleanUp.push(() => world.dispose());

        const answered: string[] = [];
        let symbols = 0;
        for (let round = 0; round < rounds; round++) {
          const server = await world.start();
          const life = { isOver: false };
          const post = async () => {
            while (!life.isOver) {
              const id = await postClose(server, `SYM${symbols++}`).catch((error: Error) => error);
              if (typeof id === 'string') answered.push(id);
              else if (!life.isOver && !/fetch failed|aborted|terminated/.test(id.message)) throw id;
            }
          };
          const posting = Promise.all([post(), post()]);
          // Every other time not before a post is under way, however slow the machine.
          const seen = target.received.length;
          const isPosting = round % 2 === 0 ? until(() => target.received.length > seen, 20_000) : undefined;
          await Promise.race([
            posting,
            isPosting?.then(() => sleep(Math.random() * 1500)) ?? sleep(Math.random() * 1500),
          ]);
          if (round % 3 === 1) {
            await target.close();
            await sleep(Math.random() * 200);
            target = await open(Number(new URL(target.url).port));
            await sleep(Math.random() * 300);
          }
          life.isOver = true;
          expect(await server.stop('SIGKILL')).toBe(null);
          await posting;
        }

        isWell = true;
        const server = await world.start();
        const unfinished = async () =>
          (await allSignals(server)).filter(({ deliveries }) =>
            ['queued', 'sending'].includes(deliveries[0]!.state),
          );
        await until(async () => (await unfinished()).length === 0, 120_000);
        const signals = await allSignals(server);
        const tally: Record<string, number> = {};
        for (const { id, expires_at, deliveries } of signals) {
          const { state } = deliveries[0]!;
          const times = accepted.get(id) ?? 0;
          tally[`${state} ${times}`] = (tally[`${state} ${times}`] ?? 0) + 1;
          if (idempotent) expect([id, state, times]).toEqual([id, 'delivered', 1]);
          expect(['delivered', 'parked'], id).toContain(state);
          expect(times, `${id} ${state}`).toBeLessThanOrEqual(1);
          if (state === 'delivered') expect(times, id).toBe(1);
          expect(lastRequest.get(id) ?? 0, id).toBeLessThan(expires_at);
        }
        const parked = signals.find(({ deliveries }) => deliveries[0]!.state === 'parked');
        if (parked !== undefined)
          expect(await deliveryOf(server, parked.id)).toMatchObject({
            channel: 'community',
            state: 'parked',
          });
        const stored = new Set(signals.map(({ id }) => id));
        expect(answered.filter((id) => !stored.has(id))).toEqual([]);
        expect([...accepted.keys()].filter((id) => !stored.has(id))).toEqual([]);
        expect(answered.length).toBeGreaterThan(0);
        console.log(
          `${rounds} kills, idempotent: ${idempotent}, accepted by state: ${JSON.stringify(tally)}`,
        );
      },
      300_000 + roundsPerWorld * 60_000,
    );
  },
);

describe('posts that outlive their signal', () => {
  it('are not sent any more, not even after a crash', async () => {
    // The market's time runs 300 times as fast: what expires after minutes does so in seconds.
    const world = await createWorld({ CLOCK: 'feed', COMMUNITY_TIMEOUT_MS: '400' }, { speed: 300 });
    try {
      await world.simulator.suspend('community');
      const server = await world.start();
      await until(async () => (await server.get<{ ready: boolean }>('/ready')).ready, 20_000);
      const id = await postClose(server, 'SHORT', '1min');
      await until(async () => (await server.get(`/signals/${id}`)).success, 5_000);
      await server.stop('SIGKILL');
      const again = await world.start();
      const { signal } = await again.get<{ signal: { expires_at: number } }>(`/signals/${id}`);
      await until(() => world.simulator.now() > signal.expires_at, 60_000);
      await world.simulator.resume('community');
      const of = async () => {
        const all = await allSignals(again);
        return all.find((one) => one.id === id)!.deliveries[0]!;
      };
      await until(async () => (await of()).state !== 'queued', 40_000);
      expect((await of()).state).toBe('expired');
      expect(world.simulator.received().filter(({ body }) => body.symbol === 'SHORT')).toEqual([]);
    } finally {
      await world.dispose();
    }
  });
});
