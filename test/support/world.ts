import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/start-simulator.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { simulatorEnvironment } from './simulator-environment.ts';
import { callingCandles } from './calling-candles.ts';
import { dataFolder, type DataFolder, type RunningServer, startServer } from './server.ts';

/** A plan that no test exhausts unless it wants to. */
const plentiful = { connections: 3, symbols: 50, creditsPerMinute: 1e6, creditsPerDay: 1e6 };

/** The outside of one server, which may be killed and started again: its stand-ins and its data. */
export interface World {
  readonly simulator: Simulator;
  readonly folder: DataFolder;
  /** The server that runs, or ran last. */
  readonly server: RunningServer;
  /** Starts the server on the same data; `over` replaces environment variables. */
  readonly start: (over?: Record<string, string>) => Promise<RunningServer>;
  readonly dispose: () => Promise<void>;
}

/** Stand-ins of everything outside and an empty folder; the server watches BTC/USD, which trades on every day, unless `environment` says otherwise. */
export async function createWorld(
  environment: Record<string, string> = {},
  options: SimulatorOptions = {},
): Promise<World> {
  const simulator = await startSimulator({ plan: plentiful, ...options });
  const folder = await dataFolder();
  let server: RunningServer | undefined;
  return {
    simulator,
    folder,
    get server() {
      if (server === undefined) throw new Error('the server was never started');
      return server;
    },
    start: async (over = {}) => {
      server = await startServer(
        {
          DATA_DIR: folder.path,
          ...simulatorEnvironment(simulator),
          ...environment,
          ...over,
        },
        { withinMs: 60_000 },
      );
      return server;
    },
    dispose: async () => {
      server?.process.kill('SIGKILL');
      await simulator.close();
      await folder.remove();
    },
  };
}

/** Posts a close that becomes a signal, once for each symbol. Answers the signal's id. Rejects where the server is gone. */
export async function postClose(
  server: RunningServer,
  symbol: string,
  timeframe: Timeframe = '1h',
  headers: Record<string, string> = {},
): Promise<string> {
  const response = await fetch(`${server.url}/api/candle-complete`, {
    method: 'POST',
    headers: { ...server.key, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ symbol, timeframe, candles: callingCandles(timeframe) }),
    signal: AbortSignal.timeout(10_000),
  });
  const body = (await response.json()) as { signal_id: string | null; error?: string };
  if (typeof body.signal_id !== 'string')
    throw new Error(`${symbol}: ${response.status} ${JSON.stringify(body).slice(0, 300)}`);
  return body.signal_id;
}

export interface Delivery {
  readonly channel: string;
  readonly state: string;
  readonly attempts: number;
  readonly last_answer?: string | null;
}
export interface ListedSignal {
  readonly id: string;
  readonly symbol: string;
  readonly status: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly deliveries: readonly Delivery[];
}

/** Every signal that the server lists. */
export async function allSignals(server: RunningServer): Promise<ListedSignal[]> {
  const all: ListedSignal[] = [];
  for (let before: string | null = ''; before !== null;) {
    const page: { signals: ListedSignal[]; next: string | null } = await server.get(
      `/signals?limit=200${before === '' ? '' : `&before=${before}`}`,
    );
    all.push(...page.signals);
    before = page.next;
  }
  return all;
}

export const deliveryOf = async (server: RunningServer, id: string): Promise<Delivery | undefined> =>
  (await server.get<{ signal: ListedSignal }>(`/signals/${id}`)).signal.deliveries[0];

export const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
