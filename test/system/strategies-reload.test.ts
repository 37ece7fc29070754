import { afterEach, expect, it } from 'vitest';
import { quantile } from '../../models/statistics.ts';
import { patience } from '../support/patience.ts';
import { postLater, savedStrategies } from '../support/saved-strategies.ts';
import { until } from '../support/until.ts';
import { createWorld, type World } from '../support/world.ts';

/** Saves: 10 in the normal run, 100 by `npm run test:crash`. */
const reloads = Number(process.env['RELOADS'] ?? 10);
/** Each with closes of its own, one after the other: as many as a caller may post at once. */
const symbols = Array.from({ length: 4 }, (_, i) => `POSTED${i}`);

type Posted = Awaited<ReturnType<typeof postLater>>;

const broken = 'const = 1;';
/** Each fifth cannot be loaded. */
const isBroken = (round: number): boolean => round % 5 === 4;
const file = (round: number): string =>
  isBroken(round)
    ? broken
    : `import { strategy } from 'anso-vision/strategy';
export default strategy({
  about: 'A rule of the tests.',
  needs: { own: 250 },
  decide: ({ own }) => ({ action: 'WAIT', reason: 'Round ${round}.', score: own.close.at(-1)! }),
});
`;

let world: World | undefined;
let remove = (): Promise<void> => Promise.resolve();
afterEach(async () => {
  await world?.dispose();
  await remove();
});

it(
  `decides on every close once while a file is saved ${reloads} times`,
  { timeout: 120_000 + reloads * 20_000 },
  async () => {
    const strategies = await savedStrategies({ id: 'gold', strategy: 'mine' });
    ({ remove } = strategies);
    world = await createWorld({ TIMEFRAMES: '1h', ...strategies.environment });
    await strategies.save('mine', file(0));
    const server = await world.start();
    const named = () => server.log.filter(({ msg }) => msg.startsWith('a strategy cannot run')).length;

    const answers = new Map<string, Posted[]>(symbols.map((symbol) => [symbol, []]));
    const running = { round: 0, isOver: false };
    /** By round: when its file first decided, ms. */
    const seen = new Map<number, number>();
    const roundOf = ({ decision }: Posted): number =>
      Number(/^Round (\d+)\.$/.exec(decision.reasoning ?? '')?.[1] ?? Number.NaN);
    const posting = symbols.map(async (symbol) => {
      const own = answers.get(symbol)!;
      while (!running.isOver) {
        const answer = await postLater(server, symbol, own.length);
        own.push(answer);
        const round = roundOf(answer);
        if (!seen.has(round)) seen.set(round, performance.now());
      }
    });
    const stopped = Promise.race(posting);
    const begun = performance.now();
    await until(() => seen.has(0));
    const took: number[] = [];
    for (let round = 1; round <= reloads; round++) {
      const saved = performance.now();
      await strategies.save('mine', file(round));
      if (isBroken(round))
        await Promise.race([stopped, until(() => named() === Math.floor((round + 1) / 5), 60_000)]);
      else {
        await Promise.race([stopped, until(() => seen.has(round), 60_000)]);
        took.push(seen.get(round)! - saved);
      }
    }
    running.isOver = true;
    await Promise.all(posting);
    const seconds = (performance.now() - begun) / 1000;

    const all = [...answers.values()].flat();
    const versions = new Map<number, Set<string>>();
    for (const [symbol, own] of answers) {
      const rounds = own.map(roundOf);
      // Each by a file that was saved and could be loaded, and once another has decided, never by one of before.
      expect(
        rounds.filter((round) => !(round >= 0 && round <= reloads && !isBroken(round))),
        symbol,
      ).toEqual([]);
      expect(
        rounds.toSorted((a, b) => a - b),
        symbol,
      ).toEqual(rounds);
      // One decision for each close, in order.
      const closes = own.map(({ decision }) => decision.close_time);
      expect(closes, symbol).toEqual(closes.map((_, i) => closes[0]! + i * 3_600_000));
      expect(
        own.filter(({ repeated, posts }) => repeated && posts === 1),
        symbol,
      ).toEqual([]);
    }
    for (const answer of all) {
      const round = roundOf(answer);
      versions.set(round, (versions.get(round) ?? new Set()).add(answer.decision.version ?? ''));
    }
    // Each file has its version, and another has none of it.
    expect([...versions.values()].map(({ size }) => size)).toEqual([...versions].map(() => 1));
    expect(new Set([...versions.values()].map(([version]) => version)).size).toBe(versions.size);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const counted = metrics
      .split('\n')
      .filter((line) => line.startsWith('anso_analyses_total{lane="request"'));
    const count = (result: string): number =>
      Number(
        counted
          .find((line) => line.includes(`result="${result}"`))
          ?.split(' ')
          .at(-1) ?? 0,
      );
    // One that was posted again is asked about again, and decides nothing.
    expect(count('done'), counted.join()).toBeGreaterThanOrEqual(all.length);
    expect(count('done')).toBeLessThanOrEqual(all.reduce((sum, { posts }) => sum + posts, 0));
    expect(count('failed')).toBe(0);

    const ms = (share: number): string => `${Math.round(quantile(took, share))} ms`;
    console.log(
      `${reloads} saves, ${took.length} of them live: ${all.length} closes (${(all.length / seconds).toFixed(0)}/s), 0 lost, 0 doubled; save to first decision p50 ${ms(0.5)}, p95 ${ms(0.95)}, longest ${ms(1)}, load ${patience().toFixed(1)} a core`,
    );
  },
);
