import { afterEach, describe, expect, it } from 'vitest';
import { child, type Child } from '../../support/child.ts';
import { temporaryFolder, temporaryStoreAt } from '../../support/services/database.ts';
import { platform, store as takes } from '../../support/services/platform.ts';

/** Where in a post the worker is killed, as the platform sees it. */
const points = ['received', 'stored', 'answered'] as const;

describe.each([{ idempotent: true }, { idempotent: false }])(
  'a worker that is killed in a post, platform idempotent: $idempotent',
  ({ idempotent }) => {
    const cleanUp: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
      for (const step of cleanUp.splice(0).reverse()) await step();
    });

    it('neither repeats nor loses it, whether the platform had stored or answered it or not', async () => {
      const folder = await temporaryFolder();
      cleanUp.push(() => folder.remove());
      const target = await platform();
      cleanUp.push(() => target.close());
      const stored = new Map<string, number>();
      const take = (id: string) => {
        if (!idempotent || !stored.has(id)) stored.set(id, (stored.get(id) ?? 0) + 1);
      };
      const run = (drain: boolean) =>
        child('deliver.ts', [JSON.stringify({ folder: folder.path, url: target.url, idempotent, drain })]);

      const victims = new Map<(typeof points)[number], string>();
      for (const point of points) {
        const server: Child = run(false);
        await server.line();
        const before = stored.size;
        target.answer = (response, received, socket) => {
          if (victims.has(point)) return;
          // It is at work, and has told the platform about others.
          const isVictim = stored.size >= before + 3;
          if (isVictim) victims.set(point, received.id);
          if (!isVictim || point !== 'received') take(received.id);
          if (isVictim && point !== 'answered') server.process.kill('SIGKILL');
          else takes(response, received, socket);
          if (isVictim && point === 'answered') response.on('finish', () => server.process.kill('SIGKILL'));
        };
        expect(await server.ended).toBe('SIGKILL');
      }
      target.answer = (response, received, socket) => {
        take(received.id);
        takes(response, received, socket);
      };
      const last = run(true);
      await last.line();
      expect(await last.line()).toEqual({ drained: true });

      const store = await temporaryStoreAt(folder.path);
      cleanUp.push(() => store.close());
      const stateOf = async (id: string) => (await store.signals.get(id))!.deliveries[0]!.state;
      const requests = (id: string) => target.received.filter((received) => received.id === id).length;
      const [received, atStore, answered] = points.map((point) => victims.get(point)!);
      const expected = idempotent ? 'delivered' : 'parked';
      expect([await stateOf(received!), await stateOf(atStore!)]).toEqual([expected, expected]);
      expect([stored.get(received!), stored.get(atStore!)]).toEqual([idempotent ? 1 : undefined, 1]);
      expect([requests(received!), requests(atStore!)]).toEqual(idempotent ? [2, 2] : [1, 1]);
      // Killed after the answer had left, it may have written that down or not.
      expect(stored.get(answered!)).toBe(1);
      expect(['delivered', expected]).toContain(await stateOf(answered!));
      for (const [id, times] of stored) expect(times, id).toBe(1);
      const { signals } = await store.signals.list({ limit: 100_000 });
      const undelivered = signals.filter(
        ({ id, deliveries: [post] }) => post!.state !== 'delivered' && ![...victims.values()].includes(id),
      );
      expect(
        undelivered.filter(({ deliveries: [post] }) => post!.state !== 'expired').map(({ id }) => id),
      ).toEqual([]);
    }, 300_000);
  },
);
