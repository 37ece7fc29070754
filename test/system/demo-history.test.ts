import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedHistory } from '../../schema/simulated-history.ts';
import type { Signal } from '../../schema/signal.ts';
import { startSimulator } from '../../simulator/start-simulator.ts';
import { plainShell } from '../support/plain-shell.ts';
import { connect, dataFolder, type RunningServer, startServer } from '../support/server.ts';
import { simulatorEnvironment } from '../support/simulator-environment.ts';

const walking = 'first start of the demo: walking through simulated history';
const entry = new URL('../../main.ts', import.meta.url).pathname;

describe('the first start of the demo', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let server: RunningServer;
  const environment = () => ({
    DATA_DIR: folder.path,
    DEMO_HISTORY: 'true',
    SYMBOLS: 'BTC/USD,EUR/USD',
    TIMEFRAMES: '1min,5min',
  });
  const said = (msg: string) => server.log.filter((line) => line.msg === msg);
  const historyOf = async () =>
    (await server.get<{ simulated_history?: SimulatedHistory }>('/ready')).simulated_history;
  const signalsOf = async () => (await server.get<{ signals: Signal[] }>('/signals?limit=500')).signals;

  /** Kills a server as soon as it says that it walks. */
  async function killInWalk(): Promise<void> {
    const child = spawn(process.execPath, [entry], {
      env: { ...plainShell(), PORT: '0', LOG_PRETTY: 'false', API_KEYS: 'a'.repeat(24), ...environment() },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exited = once(child, 'exit');
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes(walking)) setTimeout(() => child.kill('SIGKILL'), 700);
    });
    expect(await exited).toEqual([null, 'SIGKILL']);
  }

  beforeAll(async () => {
    folder = await dataFolder();
    await killInWalk();
    server = await startServer(environment());
  });
  afterAll(async () => {
    server?.process.kill('SIGKILL');
    await folder.remove();
  });

  it('walks through all of it again after a kill in its midst, and says what it brought', async () => {
    expect(said(walking)).toHaveLength(1);
    const history = await historyOf();
    expect(history).toMatchObject({ symbols: 2 });
    const line = server.log.find(({ msg }) => msg.startsWith('simulated history: '));
    expect(line?.msg).toContain(`${history!.analyses} analyses, ${history!.signals} signals`);
    expect((await signalsOf()).length).toBeGreaterThanOrEqual(history!.signals);
    // How many, a busy machine decides: after ten seconds nothing more is analysed.
    expect(history!.analyses).toBeGreaterThan(0);
    expect(history!.analyses).toBeLessThanOrEqual(500);
  });

  it('has candles for a chart, of every symbol and timeframe, and says until when they are simulated history', async () => {
    const { to } = (await historyOf())!;
    for (const symbol of ['BTCUSD', 'EURUSD']) {
      for (const interval of ['1min', '5min']) {
        const answer = await server.get<{
          count: number;
          simulated_until: number;
          candles: { time: number }[];
        }>(`/candles/${symbol}?interval=${interval}&outputsize=5000`);
        expect(answer.count).toBeGreaterThan(200);
        expect(answer.simulated_until).toBe(to / 1000);
        expect(answer.candles[0]!.time).toBeLessThan(to / 1000 - 20 * 3600);
      }
    }
  });

  it('has signals that are marked, were posted nowhere, and count among the results', async () => {
    const { to } = (await historyOf())!;
    const signals = (await signalsOf()).filter(({ close_time }) => close_time <= to);
    for (const signal of signals) {
      expect(signal.lineage['simulated_history']).toBe(true);
      expect(signal.deliveries).toEqual([]);
      expect(signal.end_deliveries).toBeUndefined();
    }
    const ended = signals.filter(({ status }) => status !== 'open').length;
    expect((await server.get<{ resolved: number }>('/performance')).resolved).toBeGreaterThanOrEqual(ended);
    const { counts } = await server.get<{ counts: Record<string, number> }>('/api/signals/queue');
    const live = (await signalsOf()).length - signals.length;
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(live);
    const platform = server.log.find((line) => typeof line['platform'] === 'string')!['platform'] as string;
    expect(await (await fetch(platform)).text()).toMatch(
      live === 0 ? />0 signals received/ : /signals received/,
    );
  });

  it('goes on at the price where the history ends', async () => {
    const client = await connect(server, '/ws', { action: 'subscribe', symbol: 'BTCUSD' });
    const frame = await client.frame(({ type }) => type === 'price_update');
    const { candles } = await server.get<{ candles: { close: number }[] }>('/candles/BTCUSD?interval=1min');
    const closes = candles.map(({ close }) => close);
    const widest = Math.max(...closes.slice(1).map((close, i) => Math.abs(close / closes[i]! - 1)));
    expect(Math.abs((frame['price'] as number) / closes.at(-1)! - 1)).toBeLessThan(3 * widest);
    client.close();
  });

  it('does not walk again at the next start', async () => {
    const [history, signals] = [await historyOf(), await signalsOf()];
    await server.stop();
    server = await startServer(environment());
    expect(said(walking)).toHaveLength(0);
    expect(await historyOf()).toEqual(history);
    const ids = new Set((await signalsOf()).map(({ id }) => id));
    expect(signals.filter(({ id }) => !ids.has(id))).toEqual([]);
  });
});

describe('a server with a key', () => {
  it('has no simulated history, whatever DEMO_HISTORY says', async () => {
    const [folder, simulator] = [await dataFolder(), await startSimulator()];
    try {
      const server = await startServer({
        ...simulatorEnvironment(simulator),
        DATA_DIR: folder.path,
        DEMO_HISTORY: 'true',
      });
      expect(server.log.filter(({ msg }) => /simulated history/.test(msg))).toEqual([]);
      expect(await server.get('/ready')).not.toHaveProperty('simulated_history');
      expect(await server.get('/signals')).toMatchObject({ signals: [] });
      await server.stop();
    } finally {
      await simulator.close();
      await folder.remove();
    }
  });
});
