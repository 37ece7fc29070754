import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Decision, Signal } from '../../schema/signal.ts';
import type { StrategiesAnswer } from '../../schema/strategies/listed-strategies.ts';
import { callingCandles } from '../support/calling-candles.ts';
import { connect, type RunningServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { createWorld, type World } from '../support/world.ts';

let folder: string;
let dir: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anso-own-strategies-'));
  dir = join(folder, 'strategies');
  file = join(folder, 'strategies.json');
  await mkdir(dir);
});
afterAll(() => rm(folder, { recursive: true }));

const rule = (decide: string) => `import { strategy, z } from 'anso-vision/strategy';
export default strategy({
  about: 'A rule of the tests.',
  needs: { own: 250 },
  params: z.strictObject({ side: z.enum(['BUY', 'SELL']).default('BUY') }),
  decide({ own, params }) { ${decide} },
});
`;
const says = (reason: string) => rule(`return { action: params.side, reason: '${reason}' };`);
const save = (name: string, text: string) => writeFile(join(dir, `${name}.ts`), text);
const assign = (...assignments: object[]) =>
  writeFile(
    file,
    JSON.stringify({
      assignments: assignments.map((one) =>
        Object.assign({ symbols: ['*'], timeframes: ['*'], mode: 'shadow' }, one),
      ),
    }),
  );

interface Answer {
  readonly signal_id: string | null;
  readonly assignment: string;
  readonly decision: Decision;
}

describe('a server with strategies of files', () => {
  let world: World;
  afterEach(() => world.dispose());
  const start = async (): Promise<RunningServer> => {
    world = await createWorld({ TIMEFRAMES: '1h', STRATEGIES_FILE: file, STRATEGIES_DIR: dir });
    return world.start();
  };
  /** Posts a close, later by so many hours; the answers by assignment. */
  const post = async (server: RunningServer, hours: number): Promise<Map<string, Answer>> => {
    const candles = callingCandles('1h').map(({ time, open, high, low, close }) => ({
      time: time + hours * 3600,
      open,
      high,
      low,
      close,
    }));
    const response = await fetch(`${server.url}/api/candle-complete`, {
      method: 'POST',
      headers: { ...server.key, 'content-type': 'application/json' },
      body: JSON.stringify({ symbol: 'OUTSIDE', timeframe: '1h', candles }),
    });
    const { assignments } = (await response.json()) as { assignments: Answer[] };
    return new Map(assignments.map((one) => [one.assignment, one]));
  };
  const versionOf = async (server: RunningServer, assignment: string) => {
    const { assignments } = await server.get<StrategiesAnswer>('/strategies');
    return assignments.find(({ id }) => id === assignment)!.version;
  };
  const explain = async (id: string) => {
    const { PATH } = process.env;
    const env = { PATH, DATA_DIR: world.folder.path, STRATEGIES_DIR: dir, TWELVEDATA_API_KEY: 'x' };
    const run = promisify(execFile)(process.execPath, ['cli/explain.ts', id], { env });
    return run.then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, text: stderr }),
    );
  };

  it('gives a file the candles of other timeframes, stores them, and sends nobody any', async () => {
    await save(
      'two',
      `import { strategy, z } from 'anso-vision/strategy';
export default strategy({
  about: 'A rule of the tests.',
  needs: { own: 30, '5min': 40 },
  params: z.strictObject({}),
  decide: ({ own, frames }) => ({
    action: 'BUY',
    stop: own.close.at(-1)! * 0.9,
    target: own.close.at(-1)! * 1.2,
    reason: String(frames['5min'].close.length),
  }),
});
`,
    );
    await assign({ id: 'two', strategy: 'two', mode: 'paper', symbols: ['BTC/USD'], timeframes: ['1min'] });
    world = await createWorld(
      { CLOCK: 'feed', TIMEFRAMES: '1min,5min', STRATEGIES_FILE: file, STRATEGIES_DIR: dir },
      { speed: 30 },
    );
    const server = await world.start();
    const client = await connect(server, '/ws/signals', {
      action: 'subscribe',
      symbol: 'BTCUSD',
      assignment: 'two',
    });
    const frame = (await client.frame(
      ({ type, signal_changed }) => type === 'signal_update' && signal_changed === true,
    )) as unknown as { signal: Signal };
    const { signal } = frame;
    expect(signal).toMatchObject({
      reasoning: expect.stringMatching(/^40 /),
      lineage: {
        strategy: { frames: { '5min': { bars: 40, hash: expect.stringMatching(/^[0-9a-f]{64}$/) } } },
      },
    });
    // Six columns of forty bars would be 2,560 characters of base64; keys, hashes and versions have at most 128.
    const longest = (text: string) => Math.max(...text.match(/[\w+/=]+/g)!.map(({ length }) => length));
    expect(longest(JSON.stringify(frame))).toBeLessThan(200);
    expect(longest(JSON.stringify(await server.get(`/signals/${signal.id}`)))).toBeLessThan(200);
    const { code, text } = await explain(signal.id);
    expect(text).toMatch(/same +5min \(SHA-256\) /);
    expect(text).toContain('The same to the last bit.');
    expect(code).toBe(0);
  });

  it('lets a file decide, and the file that was saved decide on the next close', async () => {
    await save('mine', says('Because.'));
    await assign(
      { id: 'regime', strategy: 'regime', mode: 'live' },
      { id: 'gold', strategy: 'mine', params: { side: 'SELL' } },
      { id: 'silver', strategy: 'mine' },
    );
    const server = await start();
    const first = await post(server, 0);
    const version = await versionOf(server, 'gold');
    expect(first.get('gold')!.decision).toMatchObject({
      signal_type: 'SELL',
      strategy: 'mine',
      version,
      reasoning: expect.stringMatching(/^Because\. /),
      lineage: { strategy: { name: 'mine', version, params: { side: 'SELL' } } },
    });
    expect(first.get('silver')!.decision.signal_type).toBe('BUY');
    expect(await versionOf(server, 'silver')).not.toBe(version);
    const id = first.get('gold')!.signal_id!;
    expect(await explain(id)).toMatchObject({ code: 0 });
    // Followed and judged as any signal, and posted to nobody.
    expect(await server.get(`/signals/${id}`)).toMatchObject({
      signal: { mode: 'shadow', assignment: 'gold', deliveries: [] },
    });

    await save('mine', says('Another reason.'));
    const changed = await until(async () => {
      const now = await versionOf(server, 'gold');
      return now !== version && now;
    });
    const second = await post(server, 1);
    expect(second.get('gold')!.decision).toMatchObject({
      version: changed,
      reasoning: expect.stringMatching(/Another reason\./),
    });
    expect(await explain(id)).toMatchObject({ code: 2, text: expect.stringMatching(/has changed since/) });

    // A file that cannot run: what ran before goes on, and it is said.
    await save('mine', 'export default 1;');
    await until(async () => {
      const { parts } = await server.get<{ parts: { strategies?: { reason: string } } }>('/health');
      return parts.strategies?.reason.startsWith('mine: ');
    });
    const third = await post(server, 2);
    expect(third.get('gold')!.decision).toMatchObject({
      version: changed,
      reasoning: expect.stringMatching(/Another reason\./),
    });
    const decided = await server.get<{ decision: Decision }>('/strategies');
    expect(JSON.stringify(decided)).not.toContain(dir);
  });

  it('starts with a file that cannot run, names it, and decides by the others until it is mended', async () => {
    await save('broken', 'const = 1;');
    await save('endless', rule('for (;;);'));
    await assign(
      { id: 'regime', strategy: 'regime', mode: 'live' },
      { id: 'b', strategy: 'broken' },
      { id: 'e', strategy: 'endless' },
    );
    const server = await start();
    const { assignments, strategies } = await server.get<StrategiesAnswer>('/strategies');
    expect(assignments.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'regime waiting',
      'b failed',
      'e failed',
    ]);
    expect(strategies.find(({ name }) => name === 'broken')!.error).toMatch(/is no TypeScript/);
    expect(strategies.find(({ name }) => name === 'endless')!.error).toMatch(/took longer than/);
    const first = await post(server, 0);
    expect(first.get('regime')!.decision.signal_type).not.toBe('WAIT');
    for (const id of ['b', 'e']) {
      const { decision } = first.get(id)!;
      expect(decision).toMatchObject({ signal_type: 'WAIT', tp: null, sl: null });
    }

    await save('broken', says('Mended.'));
    await until(async () => (await versionOf(server, 'b')) !== '');
    const second = await post(server, 1);
    expect(second.get('b')!.decision.reasoning).toMatch(/^Mended\./);
  });

  it('checks a file on the candles that it has stored, after a save and at a start', async () => {
    await save('mine', says('Round 0.'));
    await assign({ id: 'gold', strategy: 'mine', symbols: ['BTC/USD'], timeframes: ['1h'] });
    world = await createWorld({
      TIMEFRAMES: '1h',
      HISTORY_SIZE: '400',
      STRATEGIES_FILE: file,
      STRATEGIES_DIR: dir,
    });
    const server = await world.start();
    const checkOf = async (asked: RunningServer) => {
      const { strategies } = await asked.get<StrategiesAnswer>('/strategies');
      return strategies.find(({ name }) => name === 'mine')!.checks[0]!.says;
    };
    // An empty database.
    expect(await checkOf(server)).toMatch(/^24 decisions on a market of the server’s own making \(too few /);
    let round = 0;
    await until(async () => {
      const before = await versionOf(server, 'gold');
      await save('mine', says(`Round ${++round}.`));
      await until(async () => (await versionOf(server, 'gold')) !== before);
      return (await checkOf(server)) === '24 decisions on stored candles of BTCUSD 1h, an answer each';
    });
    await server.stop();
    const again = await world.start();
    // A busy machine may be slower than the load waits.
    const on = /(stored candles of BTCUSD 1h|.* \(stored candles could not be read within 500 ms\))/;
    expect(await checkOf(again)).toMatch(new RegExp(`^24 decisions on ${on.source}, an answer each$`));
    expect(again.log.find(({ msg }) => msg === 'a strategy is loaded')).toMatchObject({
      strategy: 'mine',
      checkedOn: expect.stringMatching(new RegExp(`^${on.source}$`)),
    });
  });
});
