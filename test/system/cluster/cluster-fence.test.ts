import { once } from 'node:events';
import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../models/random.ts';
import { patience } from '../../support/patience.ts';
import {
  activeOf,
  type Machine,
  type SplitServer,
  splitServer,
  staleWrites,
} from '../../support/split-server.ts';
import { until } from '../../support/until.ts';
import { deliveryOf, postClose, sleep } from '../../support/world.ts';
import { needs } from '../../support/needs.ts';

/** Each fault so many times: more in `npm run test:crash`. */
const rounds = Number(process.env['FENCE_ROUNDS'] ?? 1);
const seed = Number(process.env['FENCE_SEED'] ?? 1);
const faults = ['redis', 'postgres', 'both', 'frozen'] as const;
type Fault = (typeof faults)[number];

const waysOf = ({ postgres, redis }: Machine, fault: Fault) =>
  ({ redis: [redis], postgres: [postgres], both: [postgres, redis], frozen: [] })[fault];

/** Cuts a machine off: silently, or with a reset. */
function cut(machine: Machine, fault: Fault, isSilent: boolean): void {
  if (fault === 'frozen') machine.server.process.kill('SIGSTOP');
  for (const way of waysOf(machine, fault)) {
    way.faults.refuse = true;
    if (isSilent) way.faults.blackhole = true;
    else way.cut();
  }
}

function heal(machine: Machine, fault: Fault): void {
  if (fault === 'frozen') machine.server.process.kill('SIGCONT');
  for (const way of waysOf(machine, fault)) {
    way.faults.refuse = false;
    way.faults.blackhole = false;
    way.cut();
  }
}

describe('an ingest that is cut off or stands still', needs.redis, () => {
  it(
    'writes nothing, posts nothing and opens nothing once another has taken over, and ends by itself',
    { ...needs.faketime, timeout: 300_000 + rounds * 480_000 },
    async () => {
      console.log(`FENCE_SEED=${seed}`);
      const random = seededRandom(seed);
      const split = await splitServer({
        SYMBOLS: 'BTC/USD,ETH/USD,SOL/USD,XRP/USD',
        TIMEFRAMES: '1min,5min,1h',
        RISK_MAX_PER_DAY: '0',
        RISK_MAX_PER_HOUR: '0',
        RISK_MIN_SPACING_MIN: '0',
        TICK_MAX_AHEAD_MS: '15000',
      });
      const state = { isOver: false };
      const starts: Promise<unknown>[] = [];
      try {
        let started = 0;
        // Clocks ten seconds apart.
        const skewed = () => ({
          LD_PRELOAD: globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0]!,
          FAKETIME: started++ % 2 === 0 ? '+5' : '-5',
          FAKETIME_DONT_FAKE_MONOTONIC: '1',
        });
        // Two of them, started again as a supervisor does.
        const ingests: Machine[] = [];
        const start = () => {
          const machine = split.start('ingest,analysis', skewed());
          starts.push(machine.catch((error: unknown) => console.log(error)));
          return machine;
        };
        const supervise = async (slot: number, machine: Machine): Promise<void> => {
          ingests[slot] = machine;
          const { process } = machine.server;
          if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
          while (!state.isOver) {
            const next = await start().catch(() => undefined);
            if (next !== undefined) return supervise(slot, next);
          }
        };
        void supervise(0, await start());
        const [gateway, second] = await Promise.all([split.start('gateway,delivery,analysis'), start()]);
        void supervise(1, second);
        await activeOf(ingests);
        await activeOf([gateway]);
        const kinds = Array.from({ length: rounds }, () => faults).flat();
        const plan = kinds.map((kind) => ({ kind, at: random() })).sort((one, two) => one.at - two.at);
        let symbols = 0;
        for (const { kind } of plan) {
          const isSilent = random() < 0.5;
          const holder = await activeOf(ingests);
          const posting = postMany(gateway, () => `${kind.toUpperCase()}${symbols++}`);
          await sleep(random() * 1000);
          const ended = (once(holder.server.process, 'exit') as Promise<[number | null]>).then(([code]) => ({
            code,
            at: performance.now(),
          }));
          const at = performance.now();
          cut(holder, kind, isSilent);
          await until(() => isReady(ingests.filter((one) => one !== holder)), 60_000);
          const tookOver = performance.now() - at;
          if (kind === 'frozen') heal(holder, kind);
          const woken = performance.now();
          const { code, at: endedAt } = await ended;
          const endedAfter = endedAt - (kind === 'frozen' ? woken : at);
          console.log(
            `${kind}${isSilent ? ', silent' : ''}: next ready after ${tookOver.toFixed(0)} ms, the former ended after ${endedAfter.toFixed(0)} ms`,
          );
          expect(code).toBe(1);
          expect(endedAfter).toBeLessThan(15_000 * patience());
          heal(holder, kind);
          const ids = await posting.stop();
          for (const id of ids)
            await until(async () => (await deliveryOf(gateway.server, id))?.state === 'delivered', 60_000);
          await check(split);
        }
      } finally {
        state.isOver = true;
        await Promise.all(starts);
        await split.close();
      }
    },
  );
});

/** Is one of these the ingest that works? */
const isReady = async (machines: readonly Machine[]): Promise<boolean> =>
  (
    await Promise.all(
      machines.map(({ server }) =>
        server.get<{ ready: boolean }>('/ready').then(
          ({ ready }) => ready,
          () => false,
        ),
      ),
    )
  ).includes(true);

/** Posts closes of ever new symbols, and answers the ids of their signals. A close is sent again as its sender would, where nobody has decided. */
function postMany(gateway: Machine, symbolOf: () => string) {
  const state = { isOver: false };
  const ids: string[] = [];
  const running = (async () => {
    while (!state.isOver) {
      const symbol = symbolOf();
      const posted = await until(
        () => postClose(gateway.server, symbol).then((id) => ({ ids: [id] }), ifRepeated),
        60_000,
      );
      ids.push(...posted.ids);
      // A server follows open signals of 500 such symbols at most.
      await sleep(Math.max(300, 100 * rounds));
    }
  })();
  return {
    stop: async () => {
      state.isOver = true;
      await running;
      return ids;
    },
  };
}

/** The close had been decided before, and its answer was lost. */
const ifRepeated = (error: Error): { ids: string[] } | undefined =>
  error.message.includes('"repeated":true') ? { ids: [] } : undefined;

async function check(split: SplitServer): Promise<void> {
  expect(await staleWrites(split)).toEqual([]);
  const openTwice = await split.query(
    `select symbol, timeframe from signal where status = 'open' group by 1, 2 having count(*) > 1`,
  );
  expect(openTwice).toEqual([]);
  const posts = split.target.received.map(({ path, id }) => `${path} ${id}`);
  expect(posts.length).toBe(new Set(posts).size);
  // In the order of the log: no signal of a symbol and timeframe opens while another is open.
  const frames = await split.query<{ key: string; type: string; id: string | null }>(
    `select concat_ws(' ', frame ->> 'symbol', frame ->> 'timeframe') as key, frame ->> 'type' as type,
       coalesce(frame ->> 'id', frame -> 'signal' ->> 'id') as id from signal_log order by log_offset`,
  );
  const open = new Map<string, string>();
  for (const { key, type, id } of frames) {
    if (id === null) continue;
    if (type === 'signal_resolved') open.delete(key);
    else {
      expect(open.get(key), key).toBeUndefined();
      open.set(key, id);
    }
  }
}
