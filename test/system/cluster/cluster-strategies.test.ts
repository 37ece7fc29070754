import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../../schema/signal.ts';
import type { StrategiesAnswer } from '../../../schema/strategies/listed-strategies.ts';
import { callingCandles } from '../../support/calling-candles.ts';
import { needs } from '../../support/needs.ts';
import type { RunningServer } from '../../support/server.ts';
import { type SplitServer, splitServer } from '../../support/split-server.ts';
import { until } from '../../support/until.ts';

const rule = (decide: string) => `import { strategy, z } from 'anso-vision/strategy';
export default strategy({
  about: 'A rule of the tests.',
  needs: { own: 250 },
  params: z.strictObject({ stop: z.number().default(0.02) }),
  decide({ own, params, symbol }) { ${decide} },
});
`;

describe('strategies of a split installation', needs.redis, () => {
  let folder: string;
  let split: SplitServer;
  let ingest: RunningServer;
  let gateway: RunningServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'anso-split-strategies-'));
    const [dir, none] = [join(folder, 'strategies'), join(folder, 'none')];
    await mkdir(dir);
    await mkdir(none);
    const save = (name: string, text: string) => writeFile(join(dir, `${name}.ts`), text);
    await save(
      'mine',
      rule(`return { action: 'BUY', reason: 'Because.', stop: own.close.at(-1)! * (1 - params.stop) };`),
    );
    await save('broken', 'const = 1;');
    // Well on the closes of its check, and on no other.
    await save(
      'endless',
      rule(`if (symbol === 'OUTSIDE') for (;;); return { action: 'WAIT', reason: 'R.' };`),
    );
    // A symbol that is posted alone: nothing is decided on before the test says so.
    const everywhere = { symbols: ['OUTSIDE'], timeframes: ['*'], mode: 'shadow' };
    const file = join(folder, 'strategies.json');
    const assignments = [
      { ...everywhere, id: 'regime', strategy: 'regime', mode: 'live', symbols: ['*'] },
      { ...everywhere, id: 'gold', strategy: 'mine' },
      { ...everywhere, id: 'bad', strategy: 'broken' },
      { ...everywhere, id: 'hung', strategy: 'endless' },
    ];
    await writeFile(file, JSON.stringify({ assignments }));
    split = await splitServer({ TIMEFRAMES: '1h', STRATEGIES_FILE: file }, { connections: 1 });
    const start = async (roles: string, STRATEGIES_DIR: string) =>
      (await split.start(roles, { STRATEGIES_DIR })).server;
    ingest = await start('ingest', dir);
    // Who decides nothing needs no files of strategies, and does not look for them.
    [, gateway] = await Promise.all([
      start('analysis', dir),
      start('gateway', none),
      start('delivery', none),
    ]);
    await until(async () => (await gateway.get<{ ready: boolean }>('/ready')).ready, 60_000);
  });
  afterAll(async () => {
    await split.close();
    await rm(folder, { recursive: true });
  });

  const listed = () => gateway.get<StrategiesAnswer>('/strategies');
  const ofId = ({ assignments }: StrategiesAnswer, id: string) => assignments.find((one) => one.id === id)!;
  const errorOf = ({ strategies }: StrategiesAnswer, wanted: string) =>
    strategies.find(({ name }) => name === wanted)?.error;
  const post = async (hours: number): Promise<Map<string, Decision>> => {
    const candles = callingCandles('1h').map(({ time, open, high, low, close }) => {
      return { time: time + hours * 3600, open, high, low, close };
    });
    const body = JSON.stringify({ symbol: 'OUTSIDE', timeframe: '1h', candles });
    const headers = { ...gateway.key, 'content-type': 'application/json' };
    // One that was not decided in time may be sent again: it changes nothing.
    const assignments = await until(async () => {
      const response = await fetch(`${gateway.url}/api/candle-complete`, { method: 'POST', headers, body });
      const answer = (await response.json()) as {
        assignments?: { assignment: string; decision: Decision | null }[];
      };
      return answer.assignments?.every(({ decision }) => decision !== null) && answer.assignments;
    });
    return new Map(assignments.map(({ assignment, decision }) => [assignment, decision!]));
  };

  it('are listed by a gateway as those have them who run them', async () => {
    // The first list starts each file that nobody uses: on a busy machine the ingest may be longer about it than a gateway waits.
    const before = await until(async () => {
      const now = await listed();
      return errorOf(now, 'broken') !== undefined && now;
    });
    expect(errorOf(before, 'broken')).toMatch(/^broken: .*is no TypeScript/);
    expect(errorOf(before, 'mine')).toBeNull();
    expect(ofId(before, 'bad')).toMatchObject({
      state: 'failed',
      version: '',
      reason: expect.stringMatching(/is no TypeScript/),
    });
    // Its version and its parameters are those of a file that the gateway does not have.
    expect(ofId(before, 'gold')).toMatchObject({ state: 'waiting', params: { stop: 0.02 } });
    expect(ofId(before, 'gold').version).toMatch(/^[0-9a-f]{64}$/);
    expect(await gateway.get('/health')).toMatchObject({
      parts: { strategies: { state: 'degraded', reason: expect.stringMatching(/^broken: /) } },
    });

    const first = await post(0);
    expect(first.get('gold')).toMatchObject({ signal_type: 'BUY', version: ofId(before, 'gold').version });
    const after = await listed();
    const { close_time, version } = first.get('gold')!;
    expect(ofId(after, 'gold')).toMatchObject({
      state: 'running',
      open: 1,
      last_decision: { signal_type: 'BUY', close_time, version },
    });
  });

  it('that the analysers have stopped are failed, with the reason', async () => {
    for (const hours of [1, 2, 3, 4, 5]) await post(hours);
    const now = await listed();
    expect(ofId(now, 'hung')).toMatchObject({ state: 'failed', reason: expect.stringMatching(/\S/) });
    expect(errorOf(now, 'endless')).toMatch(/^endless: /);
    expect(ofId(now, 'gold').state).toBe('running');
  });

  it('are waited for where no ingest works, with their last decisions', async () => {
    await ingest.stop('SIGKILL');
    const away = await until(async () => {
      const now = await listed();
      return ofId(now, 'gold').state === 'waiting' && now;
    });
    expect(ofId(away, 'gold')).toMatchObject({
      reason: expect.stringMatching(/ingest/),
      last_decision: { signal_type: 'BUY' },
    });
    expect(away.strategies.map(({ name }) => name)).toEqual(['regime']);
  });
});
