import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../models/random.ts';
import type { Signal } from '../../schema/signal.ts';
import { readClosure } from '../../strategy/load/read-closure.ts';
import { calling, postLater, savedStrategies } from '../support/saved-strategies.ts';
import type { RunningServer } from '../support/server.ts';
import { isStrategyProcess, strategyProcesses } from '../support/strategy-processes.ts';
import { until } from '../support/until.ts';
import { createWorld, sleep, type World } from '../support/world.ts';

/** Kills, of the server and of the strategies' processes by turns: 20 in the normal run, 100 by `npm run test:crash`. */
const kills = Number(process.env['RELOAD_KILLS'] ?? 20);
const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e9));
/** Around a save: before it is seen, while it is loaded and checked, and when it decides. */
const longestMs = 1500;

/** Bars from close to close: a direction that changes more often is withheld. */
const apart = 15;
const broken = 'const = 1;';
const reasonOf = (round: number): string => `Round ${round}.`;
/** Two rounds for a side; each fifth file is broken. */
const fileOf = (round: number): string =>
  round % 5 === 4 ? broken : calling(sideOf(round), reasonOf(round));
const sideOf = (round: number): 'BUY' | 'SELL' => (round % 4 < 2 ? 'BUY' : 'SELL');

describe('kill -9 while strategies are saved', () => {
  let world: World | undefined;
  let remove = (): Promise<void> => Promise.resolve();
  afterEach(async () => {
    await world?.dispose();
    await remove();
  });

  it(
    `loses, doubles and leaves behind nothing in ${kills} kills (CRASH_SEED=${seed})`,
    { timeout: 120_000 + kills * 60_000 },
    async () => {
      const random = seededRandom(seed);
      const strategies = await savedStrategies({ id: 'gold', strategy: 'mine', timeframes: ['1h'] });
      ({ remove } = strategies);
      world = await createWorld({ TIMEFRAMES: '1h', ...strategies.environment });
      const said = (round: number) => `round ${round}, CRASH_SEED=${seed}`;
      const save = (round: number) => strategies.save('mine', fileOf(round));
      await save(0);
      let server = await world.start();
      /** By its closes: the side of each, or WAIT. */
      await until(() => isAsSaved(server, strategies.environment.STRATEGIES_DIR, 0));
      const { decision: opening } = await postLater(server, 'OUTSIDE', 0);
      expect(opening.signal_type, opening.reasoning).toBe('BUY');
      const decided: string[] = [opening.signal_type];
      let begun: readonly number[] = [];
      for (let round = 1; round <= kills; round++) {
        const isServer = round % 2 === 1;
        // A close is under way, which may be decided by the file of before or after, or by nobody yet.
        const asked = (async () => {
          await sleep(random() * longestMs);
          return postLater(server, 'OUTSIDE', apart * round).catch(() => undefined);
        })();
        await save(round);
        await sleep(random() * longestMs);
        begun = await strategyProcesses(server.process.pid!);
        if (isServer) {
          await server.stop('SIGKILL');
          server = await world.start();
        } else for (const pid of begun) process.kill(pid, 'SIGKILL');
        const first = await asked;
        // Sent again it is decided once, if it was decided before.
        const { decision, repeated } = await postLater(server, 'OUTSIDE', apart * round);
        if (first !== undefined) {
          expect(repeated, said(round)).toBe(true);
          expect(decision, said(round)).toEqual(first.decision);
        }
        const { signal_type: side, reasoning, version } = decision;
        decided.push(side);
        // By a file that was saved, or by none: where none could be loaded, or its process was killed meanwhile.
        if (side === 'WAIT') expect(reasoning, said(round)).toMatch(/gave no answer/);
        else {
          const by = /^Round (\d+)\./.exec(reasoning)?.[1];
          expect(Number(by), said(round)).toBeLessThanOrEqual(round);
          expect(side, said(round)).toBe(sideOf(Number(by)));
          expect(version, said(round)).toMatch(/^[0-9a-f]{64}$/);
        }
        await until(() => isAsSaved(server, strategies.environment.STRATEGIES_DIR, round), 60_000);
        await until(async () => (await Promise.all(begun.map(isStrategyProcess))).every((lives) => !lives));
        expect(await chainOf(server), said(round)).toEqual(chain(decided));
      }
      // Ended in order, it takes its strategies along.
      begun = await strategyProcesses(server.process.pid!);
      expect(begun).not.toEqual([]);
      await server.stop();
      await until(async () => (await Promise.all(begun.map(isStrategyProcess))).every((lives) => !lives));
    },
  );
});

/** Whether the file decides as it was saved last, or is named where it cannot. */
async function isAsSaved({ log }: RunningServer, dir: string, round: number): Promise<boolean> {
  const { hash } = await readClosure(join(dir, 'mine.ts')).catch(() => ({ hash: undefined }));
  const last = log.findLast(
    ({ strategy, msg }) => strategy === 'mine' && /^a strategy (?:is|cannot)/.test(msg),
  );
  if (hash !== undefined) return last?.['file'] === hash;
  expect(fileOf(round)).toBe(broken);
  return String(last?.['reason']).includes('is no TypeScript');
}

/** What opens of such closes, oldest first: a close of the same side opens nothing, one of the other ends what is open. */
function chain(decided: readonly string[]): string[] {
  const opened: string[] = [];
  for (const side of decided) if (side !== 'WAIT' && side !== opened.at(-1)) opened.push(side);
  return opened.map((side, i) => `${side} ${i === opened.length - 1 ? 'open' : 'ended'}`);
}

async function chainOf(server: RunningServer): Promise<string[]> {
  const { signals } = await server.get<{ signals: Signal[] }>(
    '/signals?assignment=gold&symbol=OUTSIDE&limit=200',
  );
  expect(new Set(signals.map(({ id }) => id)).size).toBe(signals.length);
  return signals
    .toSorted((a, b) => a.close_time - b.close_time)
    .map(({ signal_type, status }) => `${signal_type} ${status === 'open' ? 'open' : 'ended'}`);
}
