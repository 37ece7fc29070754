import { describe, expect, it, onTestFinished } from 'vitest';
import { sampleCandles } from '../../../strategy/checks/sample-candles.ts';
import { checkLoaded } from '../../../workers/strategies/check-loaded.ts';
import type { StrategyTask } from '../../../workers/strategies/messages.ts';
import {
  openStrategies,
  type ResolvedStrategy,
  type StrategiesOptions,
  StrategyMissing,
} from '../../../workers/strategies/open-strategies.ts';
import { until } from '../../support/until.ts';
import { strategyFolder, strategyText } from './strategy-folder.ts';

const columns = sampleCandles(260, 3_600_000, 4);
const saying = (text: string): string => strategyText(`return { action: 'WAIT', reason: '${text}' };`);

const taskOf = ({ name, version, params }: ResolvedStrategy, closeTime = 1): StrategyTask => ({
  close: { name, version, params, symbol: 'BTC/USD', timeframe: '1h', closeTime, frames: {} },
  columns,
  options: {},
});

function opened(options: StrategiesOptions) {
  const strategies = openStrategies({ pollMs: 0, ...options });
  onTestFinished(() => strategies.close());
  const resolved = async (name: string, params?: unknown): Promise<ResolvedStrategy> => {
    const found = await strategies.resolve(name, params);
    if ('error' in found) throw new Error(found.error);
    return found;
  };
  return { ...strategies, resolved };
}

describe('openStrategies', () => {
  it('resolves a name and parameters to a version that is the same for the same', async () => {
    const params =
      'params: z.strictObject({ length: z.int().min(5).default(20), kind: z.enum(["a", "b"]).default("a") }),';
    const text = strategyText(
      `return { action: 'WAIT', reason: \`\${params.length} \${params.kind}\` };`,
      '',
      params,
    );
    const { dir } = await strategyFolder({ 'it.ts': text });
    const { resolved, resolve, analyse } = opened({ dirs: [dir] });
    const plain = await resolved('it');
    expect(plain).toMatchObject({ name: 'it', needs: { own: 250 }, params: { length: 20, kind: 'a' } });
    expect(plain.version).toMatch(/^[0-9a-f]{64}$/);
    expect(await resolved('it', { kind: 'a', length: 20 })).toEqual(plain);
    const other = await resolved('it', { length: 40 });
    expect(other.version).not.toBe(plain.version);
    expect((await analyse(taskOf(plain))).reasons).toEqual(['20 a']);
    expect((await analyse(taskOf(other))).reasons).toEqual(['40 a']);
    expect(await resolve('it', { length: 4 })).toMatchObject({ error: expect.stringMatching(/^it: .*>=5/s) });
    expect(await resolve('it', { width: 4 })).toMatchObject({ error: expect.stringContaining('width') });
    expect(await resolve('none')).toMatchObject({
      error: expect.stringContaining('there is no strategy none'),
    });
    const again = opened({ dirs: [(await strategyFolder({ 'it.ts': text })).dir] });
    expect((await again.resolved('it')).version).toBe(plain.version);
  });

  it('hashes what a file imports too, and runs it', async () => {
    const importing = strategyText(
      `return { action: 'WAIT', reason: text };`,
      `import { text } from './parts/text.ts';`,
    );
    const { dir, save } = await strategyFolder({
      'it.ts': importing,
      'parts/text.ts': `export const text: string = 'one';`,
    });
    const { resolved, analyse, changes } = opened({ dirs: [dir], pollMs: 50 });
    const one = await resolved('it');
    expect((await analyse(taskOf(one))).reasons).toEqual(['one']);
    const heard: string[] = [];
    changes.subscribe(({ name }) => heard.push(name));
    await save('parts/text.ts', `export const text: string = 'two';`);
    await until(() => heard.length > 0);
    const two = await resolved('it');
    expect(two.version).not.toBe(one.version);
    expect((await analyse(taskOf(two))).reasons).toEqual(['two']);
    // Whoever asked for the version of before has its answer.
    expect((await analyse(taskOf(one))).reasons).toEqual(['one']);
  });

  it.each([
    ['an import of the server', `import '../../serve.ts';`, /out of the strategies' folder/],
    ['a package', `import { z as y } from 'zod'; void y;`, /imports 'zod'/],
    ['an import at run time', `const later = () => import('./x.ts'); void later;`, /imports at run time/],
    ['a file that is not there', `import './none.ts';`, /none.ts cannot be read/],
    ['an enum', `enum Side { Buy }; void Side;`, /no TypeScript that Node can run/],
    ['text that is no code', `const = ;`, /it|no/],
    ['an endless load', `for (;;) {}`, /longer than/],
  ])('says why %s is not loaded', async (_what, before, says) => {
    const { dir } = await strategyFolder({
      'it.ts': strategyText(`return { action: 'WAIT', reason: 'R.' };`, before),
      'good.ts': saying('well'),
    });
    const { resolve, resolved, list, failures } = opened({ dirs: [dir], limits: { loadMs: 2000 } });
    expect(await resolve('it')).toMatchObject({ error: expect.stringMatching(says) });
    expect(failures()).toEqual([{ name: 'it', error: expect.stringMatching(/^it: /) }]);
    expect(await resolved('good')).toBeDefined();
    expect((await list()).map(({ name, about, error }) => [name, about, error === null])).toEqual([
      ['good', 'A test.', true],
      ['it', null, false],
    ]);
  });

  it.each([
    [
      'no default export',
      `import { z } from 'anso-vision/strategy'; export const x = z;`,
      /no default export/,
    ],
    [
      'a parameter without a default',
      strategyText('', '', 'params: z.strictObject({ length: z.int() }),'),
      /needs a default/,
    ],
    [
      'a search of what is no parameter',
      strategyText('', '', 'search: { length: [1] },'),
      /no such parameter/,
    ],
    ['too few candles', strategyText('').replace('own: 250', 'own: 29'), />=30/],
    [
      'more candles than are kept',
      strategyText('').replace('own: 250', 'own: 301'),
      /HISTORY_SIZE keeps 300/,
    ],
    ['a timeframe that nobody has', strategyText('').replace('own: 250', `own: 250, '7min': 3`), /7min/],
  ])('refuses a definition with %s', async (_what, text, says) => {
    const { dir } = await strategyFolder({ 'it.ts': text });
    expect(await opened({ dirs: [dir], maxBars: 300 }).resolve('it')).toMatchObject({
      error: expect.stringMatching(says),
    });
  });

  it('keeps what ran where the new file fails, and runs the next one that does not', async () => {
    const { dir, save } = await strategyFolder({ 'it.ts': saying('one') });
    const { resolved, analyse, changes, failures } = opened({
      dirs: [dir],
      pollMs: 50,
      check: (strategy) => checkLoaded(strategy, { decisions: 12, limitMs: 100 }),
    });
    const one = await resolved('it');
    const heard: (string | null)[] = [];
    changes.subscribe(({ error }) => heard.push(error));
    await save('it.ts', 'const = ;');
    await until(() => heard.length === 1);
    expect(failures()).toHaveLength(1);
    expect(await resolved('it')).toEqual(one);
    // It answers, and is not the same twice.
    await save('it.ts', strategyText('return { action: "WAIT", reason: `${++n}` };', 'let n = 0;'));
    await until(() => heard.length === 2);
    expect(heard[1]).toContain('something is kept');
    expect((await analyse(taskOf(await resolved('it')))).reasons).toEqual(['one']);
    await save('it.ts', saying('three'));
    await until(() => heard.length === 3);
    expect(heard[2]).toBeNull();
    expect(failures()).toEqual([]);
    expect((await analyse(taskOf(await resolved('it')))).reasons).toEqual(['three']);
  });

  it('answers every close once while its file changes again and again', async () => {
    const rounds = Number(process.env['STRATEGY_RELOADS'] ?? 8);
    const { dir, save } = await strategyFolder({ 'it.ts': saying('round 0') });
    const { resolved, analyse, changes } = opened({ dirs: [dir], pollMs: 50 });
    let current = await resolved('it');
    changes.subscribe(() => void resolved('it').then((found) => (current = found)));
    const done = { rounds: 0 };
    let asked = 0;
    const answers: string[] = [];
    const asking = (async () => {
      while (done.rounds < rounds) {
        const analysis = await analyse(taskOf(current, ++asked));
        expect(analysis.strategy!.fault).toBeNull();
        answers.push(analysis.reasons[0]!);
      }
    })();
    for (let round = 1; round <= rounds; round++) {
      await save('it.ts', saying(`round ${round}`));
      await until(() => answers.at(-1) === `round ${round}`);
      done.rounds = round;
    }
    await asking;
    expect(answers).toHaveLength(asked);
    const order = answers.map((text) => Number(text.split(' ')[1]));
    expect(order.toSorted((a, b) => a - b)).toEqual(order);
    expect(new Set(order).size).toBe(rounds + 1);
  });

  it('stops one that gives no answer three times in a row, until its file changes', async () => {
    const { dir, save } = await strategyFolder({ 'it.ts': strategyText('for (;;) {}') });
    const { resolved, analyse, failures, changes } = opened({ dirs: [dir], pollMs: 50 });
    const endless = await resolved('it');
    const kinds: (string | undefined)[] = [];
    for (let i = 0; i < 4; i++) kinds.push((await analyse(taskOf(endless, i))).strategy!.fault?.kind);
    expect(kinds).toEqual(['late', 'late', 'late', 'stopped']);
    expect(failures()).toEqual([{ name: 'it', error: expect.stringMatching(/stopped after 3 decisions/) }]);
    const heard: unknown[] = [];
    changes.subscribe((change) => heard.push(change));
    await save('it.ts', saying('mended'));
    await until(() => heard.length > 0);
    expect((await analyse(taskOf(await resolved('it')))).reasons).toEqual(['mended']);
    expect(failures()).toEqual([]);
  });

  it('says by name which version it has not', async () => {
    const { dir } = await strategyFolder({ 'it.ts': saying('one') });
    const { resolved, analyse } = opened({ dirs: [dir] });
    const one = await resolved('it');
    const other = analyse(taskOf({ ...one, version: 'f'.repeat(64) }));
    await expect(other).rejects.toThrow(StrategyMissing);
    await expect(other).rejects.toThrow(/version [0-9a-f]{12} of the strategy it, not ffffffffffff/);
    await expect(analyse(taskOf({ ...one, name: 'none' }))).rejects.toThrow(/cannot run the strategy none/);
  });

  it('gives the first folder the name', async () => {
    const first = await strategyFolder({ 'it.ts': saying('first') });
    const second = await strategyFolder({
      'it.ts': saying('second'),
      'other.ts': saying('other'),
      'Not-One.ts': '',
      'notes.txt': '',
    });
    const { list, resolved, analyse } = opened({ dirs: [first.dir, second.dir, '/nowhere'] });
    expect((await list()).map(({ name }) => name)).toEqual(['it', 'other']);
    expect((await analyse(taskOf(await resolved('it')))).reasons).toEqual(['first']);
  });
});
