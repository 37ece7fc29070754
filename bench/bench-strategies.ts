/**
 * How long it takes from the save of a strategy's file until it decides, and the memory of a server and its strategies' processes by
 * assignments and symbols.
 *
 *     npm run bench:strategies -- --saves 40
 */
import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { firstValueFrom } from 'rxjs';
import { quantile } from '../models/statistics.ts';
import { sampleCandles } from '../strategy/checks/sample-candles.ts';
import { checkLoaded } from '../workers/strategies/check-loaded.ts';
import { openStrategies } from '../workers/strategies/open-strategies.ts';
import { benchArguments } from './bench-arguments.ts';

const { values } = benchArguments(
  `Usage: npm run bench:strategies -- --saves 40

How long it takes from the save of a strategy's file until it decides, --saves times for a textbook rule and for the built-in
one; and the memory of a server and its strategies' processes by assignments and symbols.

  --saves N         of each rule; 0: none (default: 20)
  --assignments L   a file each (default: 1,4,16)
  --symbols L       that closes are posted of (default: 1,20,100)`,
  {
    saves: { type: 'string', default: '20' },
    assignments: { type: 'string', default: '1,4,16' },
    symbols: { type: 'string', default: '1,20,100' },
  },
);
const key = 'key-of-the-bench-0123456789';
const listOf = (text: string): number[] => text.split(',').filter(Boolean).map(Number);
const textOf = (name: string): Promise<string> =>
  readFile(new URL(`../strategies/${name}.ts`, import.meta.url), 'utf8');
const load = (): string => loadavg()[0]!.toFixed(1);

if (Number(values.saves) > 0) for (const name of ['channel-break', 'regime']) await saveAgain(name);
for (const assignments of listOf(values.assignments)) await weigh(assignments, listOf(values.symbols));

/** As the server does it: loaded, checked on 24 closes, and resolved for its assignments. */
async function saveAgain(name: string): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-strategies-'));
  const text = await textOf(name);
  const save = async (more: string): Promise<void> => {
    await writeFile(join(dir, 'saving'), text + more);
    await rename(join(dir, 'saving'), join(dir, 'it.ts'));
  };
  await save('');
  const strategies = openStrategies({
    dirs: [dir],
    check: (strategy) => checkLoaded(strategy, { decisions: 24, futures: 1, limitMs: 100 }),
  });
  const taken: number[] = [];
  const loads: number[] = [];
  try {
    await strategies.resolve('it');
    for (let i = 0; i < Number(values.saves); i++) {
      // Nobody saves more often, and not at the pace of a poll.
      await pause(2000 + 500 * Math.random());
      const change = firstValueFrom(strategies.changes);
      const begun = performance.now();
      await save(`// ${i}\n`);
      const { error } = await change;
      await strategies.resolve('it');
      taken.push(performance.now() - begun);
      loads.push(loadavg()[0]!);
      if (error !== null) throw new Error(error);
    }
  } finally {
    await strategies.close();
    await rm(dir, { recursive: true });
  }
  const ms = (share: number): string => `${quantile(taken, share).toFixed(0)} ms`;
  console.log(
    `${name}: ${taken.length} saves, until it decides p50 ${ms(0.5)}, p95 ${ms(0.95)}, longest ${ms(1)} (load ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)})`,
  );
}

/** Resident memory of a server with so many assigned files, after closes of more and more symbols. */
async function weigh(assignments: number, symbolCounts: readonly number[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-strategies-'));
  const dir = join(folder, 'strategies');
  await mkdir(dir);
  const names = Array.from({ length: assignments }, (_, i) => `rule-${i}`);
  const text = await textOf('average-cross');
  for (const name of names) await writeFile(join(dir, `${name}.ts`), text);
  const all = names.map((id) => ({ id, strategy: id, symbols: ['*'], timeframes: ['*'], mode: 'shadow' }));
  await writeFile(join(folder, 'strategies.json'), JSON.stringify({ assignments: all }));
  const server = spawn(process.execPath, [new URL('../main.ts', import.meta.url).pathname], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      LOG_PRETTY: 'false',
      DATA_DIR: folder,
      DEMO_HISTORY: 'false',
      API_KEYS: key,
      TIMEFRAMES: '1h',
      STRATEGIES_FILE: join(folder, 'strategies.json'),
      STRATEGIES_DIR: dir,
    },
  });
  const exited = new Promise((done) => server.once('exit', done));
  try {
    const url = await new Promise<string>((resolve, reject) => {
      void exited.then(() => reject(new Error('the server did not start')));
      createInterface({ input: server.stdout }).on('line', (line) => {
        const { msg, url: served } = JSON.parse(line) as { msg: string; url?: string };
        if (msg === 'serving' && served !== undefined) resolve(served);
      });
    });
    let posted = 0;
    for (const symbols of symbolCounts) {
      for (; posted < symbols; posted++) await postCloses(url, `BENCH${posted}`);
      await pause(3000);
      const own = await residentMb(server.pid!);
      const children = await childrenOf(server.pid!);
      const theirs = await Promise.all(children.map(residentMb));
      const sum = theirs.reduce((total, mb) => total + mb, 0);
      console.log(
        `${assignments} assignments, ${symbols} symbols: server ${own.toFixed(0)} MB, ${children.length} processes of strategies ${sum.toFixed(0)} MB (${Math.max(...theirs).toFixed(0)} at most) (load ${load()})`,
      );
    }
  } finally {
    server.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true, force: true });
  }
}

/** Three closes: what a first one compiles is there then. */
async function postCloses(url: string, symbol: string): Promise<void> {
  const { time, open, high, low, close } = sampleCandles(260, 3_600_000, symbol.length);
  for (let last = 258; last <= 260; last++) {
    const candles = Array.from(time.subarray(0, last), (at, i) => ({
      time: at / 1000,
      open: open[i],
      high: high[i],
      low: low[i],
      close: close[i],
    }));
    const response = await fetch(`${url}/api/candle-complete`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ symbol, timeframe: '1h', candles }),
    });
    if (!response.ok) throw new Error(`${symbol}: ${response.status} ${await response.text()}`);
  }
}

/** Pages that it shares with others of its kind, such as Node's code, count as shares of them. */
async function residentMb(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)![1]) / 1000;
}

/** Its processes of strategies, the spare one among them. */
async function childrenOf(server: number): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [line, state] = await Promise.all(
        ['cmdline', 'stat'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
      );
      const parent = Number(state!.split(') ').at(-1)!.split(' ')[1]);
      return parent === server && line!.includes('/strategy-process.ts') ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}
