import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { postgresFolders } from '../../store/embedded/postgres-folders.ts';
import { postgresUser } from '../../store/embedded/postgres-user.ts';
import { isServerOf, readPostmaster } from '../../store/embedded/postmaster.ts';
import { compiled } from './compiled.ts';
import { plainShell } from './plain-shell.ts';
import { until } from './until.ts';
import { patience } from './patience.ts';

type LogLine = Record<string, unknown> & { msg: string };

/** The whole server in a process of its own, as `npm start` runs it. */
export interface RunningServer {
  readonly url: string;
  readonly process: ChildProcess;
  readonly log: readonly LogLine[];
  /** From the start of the process to its first answer, ms. */
  readonly startMs: number;
  /** The header that opens its privileged routes; none where the server makes its key itself. */
  readonly key: Readonly<Record<string, string>>;
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  /** Ends the process and gives its exit code, null where the signal killed it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const entry = new URL('../../main.ts', import.meta.url).pathname;

const testKey = 'key-of-the-tests-0123456789';

/** Starts the server on a free port and waits until it serves. An empty `API_KEYS` leaves the key to it. */
export async function startServer(
  environment: Record<string, string>,
  { withinMs = 60_000 } = {},
): Promise<RunningServer> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--max-semi-space-size=8', entry], {
    env: {
      ...plainShell(),
      NODE_COMPILE_CACHE: compiled,
      PORT: '0',
      LOG_PRETTY: 'false',
      DEMO_HISTORY: 'false',
      API_KEYS: testKey,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: LogLine[] = [];
  const exited = once(child, 'exit') as Promise<[number | null]>;
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`not serving within ${withinMs} ms: ${JSON.stringify(log.slice(-10))} ${errors}`));
    }, withinMs * patience());
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = parseLine(text);
      log.push(line);
      if (line.msg !== 'serving') return;
      clearTimeout(late);
      resolve(String(line['url']));
    });
    child.on('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`exited with ${code}: ${JSON.stringify(log.slice(-10))} ${errors}`));
    });
  });
  const [first] = (environment['API_KEYS'] ?? testKey).split(',');
  const key: Record<string, string> = first ? { 'x-api-key': first } : {};
  return {
    url,
    process: child,
    log,
    key,
    startMs: performance.now() - started,
    get: async (path) => (await (await fetch(`${url}${path}`, { headers: key })).json()) as never,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

function parseLine(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { msg: text };
  }
}

export interface DataFolder {
  readonly path: string;
  /** Where the embedded database of this folder listens, and its server's pid if it lives. */
  readonly database: () => Promise<{ host: string; pid: number | undefined }>;
  /** Ends a database that a killed server left behind, and removes everything. */
  readonly remove: () => Promise<void>;
}

/** A folder of its own for each test's data. */
export async function dataFolder(): Promise<DataFolder> {
  const path = await mkdtemp(join(tmpdir(), 'anso-test-'));
  const foldersOf = async (dataDir: string) =>
    postgresFolders(dataDir, await postgresUser(), '/var/lib/anso-vision');
  const pidOf = async (cluster: string) => {
    const found = await readPostmaster(cluster);
    return found !== undefined && (await isServerOf(cluster, found.pid)) ? found.pid : undefined;
  };
  return {
    path,
    database: async () => {
      const { sockets, cluster } = await foldersOf(path);
      return { host: sockets, pid: await pidOf(cluster) };
    },
    remove: async () => {
      // The demo keeps a database of its own below it.
      for (const dataDir of [join(path, 'demo'), path]) {
        const { base, cluster } = await foldersOf(dataDir);
        const pid = await pidOf(cluster);
        if (pid !== undefined) {
          process.kill(pid, 'SIGQUIT');
          await until(async () => !(await isServerOf(cluster, pid)));
        }
        for (const folder of [base, dataDir]) await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

export type Frame = Record<string, unknown> & { type: string };

/** A WebSocket client that keeps every frame and lets a test wait for one. */
export async function connect(server: RunningServer, path: string, ...requests: object[]) {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`);
  const frames: Frame[] = [];
  let wake = () => {};
  socket.on('message', (data: Buffer) => {
    frames.push(JSON.parse(data.toString()) as Frame);
    wake();
  });
  await once(socket, 'open');
  for (const request of requests) socket.send(JSON.stringify(request));
  return {
    frames,
    close: () => socket.close(),
    closed: once(socket, 'close') as Promise<[number]>,
    /** The first frame, old or new, that fits. */
    frame: async (fits: (frame: Frame) => boolean, withinMs = 20_000): Promise<Frame> => {
      const begun = performance.now();
      for (;;) {
        const found = frames.find(fits);
        if (found !== undefined) return found;
        const left = begun + withinMs * patience() - performance.now();
        if (left <= 0)
          throw new Error(`no such frame within ${withinMs} ms among ${JSON.stringify(frames.slice(-5))}`);
        await new Promise<void>((done) => {
          const timer = setTimeout(done, Math.min(left, 1000));
          wake = () => {
            clearTimeout(timer);
            done();
          };
        });
      }
    },
  };
}
