import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signalId } from '../../operators/signals/signal-id.ts';
import type { Decision, Signal } from '../../schema/signal.ts';
import type { ListedAssignment } from '../../schema/strategies/listed-strategies.ts';
import { callingCandles } from '../support/calling-candles.ts';
import { connect, type RunningServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { createWorld, type World } from '../support/world.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anso-strategies-'));
  file = join(folder, 'strategies.json');
});
afterAll(() => rm(folder, { recursive: true }));

const everywhere = { strategy: 'regime', symbols: ['*'], timeframes: ['*'] };
const assign = (...assignments: object[]) =>
  writeFile(
    file,
    JSON.stringify({ assignments: assignments.map((one) => Object.assign({}, everywhere, one)) }),
  );
const four = [
  { id: 'dark', mode: 'shadow', params: { stopMultiple: 0.7 } },
  { id: 'paper', mode: 'paper' },
  { id: 'regime', mode: 'live' },
  { id: 'second', mode: 'live', params: { horizonBars: 48 } },
];

interface Answer {
  readonly signal_id: string | null;
  readonly decision: Decision;
  readonly assignments?: readonly (Answer & { readonly assignment: string })[];
}
const post = async (server: RunningServer, candles: readonly object[]): Promise<Answer> => {
  const response = await fetch(`${server.url}/api/candle-complete`, {
    method: 'POST',
    headers: { ...server.key, 'content-type': 'application/json' },
    body: JSON.stringify({ symbol: 'OUTSIDE', timeframe: '1h', candles }),
  });
  return (await response.json()) as Answer;
};
const signals = async (server: RunningServer, query: string): Promise<readonly Signal[]> =>
  (await server.get<{ signals: Signal[] }>(`/signals?symbol=OUTSIDE&${query}`)).signals;
const whose = (all: readonly { assignment?: string | undefined }[]) =>
  all.map(({ assignment }) => String(assignment)).toSorted();

describe('a server with assignments', () => {
  let world: World;
  afterEach(() => world.dispose());

  it('issues, broadcasts and posts the signals of each by its mode, and restores them', async () => {
    await assign(...four);
    world = await createWorld({ TIMEFRAMES: '1h', STRATEGIES_FILE: file });
    const server = await world.start();
    const subscribe = (more: object) =>
      connect(server, '/ws/signals', { action: 'subscribe', symbol: 'OUTSIDE', ...more });
    // A symbol that only posts bring is known from its first post on.
    const candles = callingCandles('1h');
    const closeTime = candles.at(-1)!.time * 1000 + 3_600_000;
    const flat = { open: 100, high: 100, low: 100, close: 100 };
    await post(
      server,
      candles.map(({ time }) => ({ time: time - 300 * 3600, ...flat })),
    );
    const all = await subscribe({});
    const paper = await subscribe({ assignment: 'paper' });
    const dark = await subscribe({ assignment: 'dark' });
    expect(await dark.frame(({ type }) => type === 'error')).toMatchObject({ code: 'assignment_shadow' });
    for (const client of [all, paper]) await client.frame(({ type }) => type === 'feed');

    const answer = await post(server, candles);
    const type = answer.decision.signal_type;
    expect(['BUY', 'SELL']).toContain(type);
    expect(answer.signal_id).toBe(signalId('OUTSIDE', '1h', closeTime));
    // Live ones first: what the first has opened on the platform keeps the second from it, by name.
    const [regime, second, onPaper, shadow] = answer.assignments!;
    expect(answer.assignments!.map(({ assignment }) => assignment)).toEqual([
      'regime',
      'second',
      'paper',
      'dark',
    ]);
    expect(second).toMatchObject({ signal_id: null, decision: { signal_type: 'WAIT' } });
    expect(second!.decision.reasoning).toContain(`${type} withheld: regime has a ${type} open on community.`);
    const ids = [regime, onPaper, shadow].map((one) => one!.signal_id);
    expect(new Set(ids).size).toBe(3);
    expect(shadow!.decision.lineage['options']).toMatchObject({ stopMultiple: 0.7 });

    await until(() => world.simulator.received().length > 0);
    expect(await all.frame(({ signal_changed }) => signal_changed === true)).toMatchObject({
      assignment: 'regime',
      mode: 'live',
      strategy: 'regime',
      signal: { id: ids[0], assignment: 'regime', mode: 'live' },
    });
    expect(await paper.frame(({ signal_changed }) => signal_changed === true)).toMatchObject({
      assignment: 'paper',
      mode: 'paper',
      signal: { id: ids[1], deliveries: [] },
    });
    expect(JSON.stringify([all.frames, paper.frames])).not.toContain(String(ids[2]));
    expect(all.frames.filter(({ type }) => type === 'signal_update').map(({ mode }) => mode)).not.toContain(
      'paper',
    );

    expect(whose(await signals(server, ''))).toEqual(['regime']);
    expect(whose(await signals(server, 'assignment=dark'))).toEqual(['dark']);
    expect(whose(await signals(server, 'mode=all'))).toEqual(['dark', 'paper', 'regime']);
    const { withheld } = await server.get<{ withheld: { gate: string; assignment: string }[] }>(
      '/withheld?symbol=OUTSIDE',
    );
    expect(withheld).toMatchObject([{ gate: 'channel', assignment: 'second' }]);
    const figures = await server.get<{ open: number; assignment: string }>('/performance?assignment=dark');
    expect(figures).toMatchObject({ open: 1, assignment: 'dark', mode: 'all' });
    const { assignments } = await server.get<{ assignments: ListedAssignment[] }>('/strategies');
    expect(assignments.map(({ id, state, open, channels }) => [id, state, open, channels.join()])).toEqual([
      ['regime', 'running', 1, 'community'],
      ['second', 'running', 0, 'community'],
      ['paper', 'running', 1, ''],
      ['dark', 'running', 1, ''],
    ]);

    // Killed, and started again with one assignment less: each finds its own, and a close that comes again changes nothing.
    await server.stop('SIGKILL');
    await assign(...four.slice(1));
    const again = await world.start();
    const open = await signals(again, 'mode=all&status=open');
    expect(open.map(({ id }) => id).toSorted()).toEqual(ids.map(String).toSorted());
    const repeated = await post(again, candles);
    expect(repeated).toMatchObject({ repeated: true, signal_changed: false });
    expect(whose(repeated.assignments!)).toEqual(['paper', 'regime', 'second']);
    expect(world.simulator.received().map(({ idempotencyKey }) => idempotencyKey)).toEqual([ids[0]]);
    expect(await signals(again, 'mode=all')).toHaveLength(3);
  });

  it('refuses posted candles for which nobody is assigned, and says what waits', async () => {
    await assign({ id: 'gold', mode: 'live', symbols: ['XAU/USD'], timeframes: ['4h'] });
    world = await createWorld({ TIMEFRAMES: '1h', STRATEGIES_FILE: file });
    const server = await world.start();
    expect(await post(server, callingCandles('1h'))).toMatchObject({
      success: false,
      code: 'unassigned',
      error: expect.stringContaining('no strategy is assigned to OUTSIDE 1h'),
    });
    const { assignments } = await server.get<{ assignments: ListedAssignment[] }>('/strategies');
    expect(assignments).toMatchObject([
      { id: 'gold', state: 'waiting', reason: expect.stringContaining('XAUUSD is among SYMBOLS') },
    ]);
  });
});

describe('a mistake in the file', () => {
  const start = (env: Record<string, string>) =>
    new Promise<{ code: number; output: string }>((done) => {
      const main = join(import.meta.dirname, '../../main.ts');
      const options = {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          LOG_PRETTY: 'false',
          PORT: '0',
          DATA_DIR: join(folder, 'data'),
          ...env,
        },
        timeout: 40_000,
      };
      execFile(process.execPath, [main], options, (error, out, err) =>
        done({ code: error === null ? 0 : Number(error.code ?? -1), output: out + err }),
      );
    });

  it.each<[string, object, string]>([
    [
      'in its form',
      { id: 'a', mode: 'loud' },
      `STRATEGIES_FILE: strategies.json: assignments[0].mode: must be one of shadow, paper, live`,
    ],
    [
      'in a strategy',
      { id: 'a', mode: 'live', strategy: 'nosuch' },
      `STRATEGIES_FILE: strategies.json: assignments[0].strategy: there is no strategy nosuch in `,
    ],
    [
      'in a channel',
      { id: 'a', mode: 'live', channels: ['telegram'] },
      `STRATEGIES_FILE: strategies.json: assignments[0].channels[0]: \\"telegram\\" is not configured; those are community`,
    ],
  ])('%s ends the start with 78 and a sentence that names the place', async (_where, one, says) => {
    await assign(one);
    const { code, output } = await start({ STRATEGIES_FILE: 'strategies.json' });
    expect(output).toContain(says);
    expect(output).not.toMatch(/\n\s+at |"stack"/);
    expect(code).toBe(78);
  });
});
