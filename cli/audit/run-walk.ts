import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WalkTask } from './walk.ts';
import { writeCandles } from './write-candles.ts';

/** A decision, each part as a digest. */
export interface DecidedDigest {
  readonly at: number;
  readonly parts: Readonly<Record<string, string>>;
}

export type WalkAnswer = { readonly decisions: readonly DecidedDigest[] } | { readonly failure: string };

export interface WalkRun extends WalkTask {
  /** URL of the module whose default export walks. */
  readonly walk: string;
  /** Code and the given minutes are all that it may read, and it may write nothing. */
  readonly confined: boolean;
  /** How far its wall clock is off, ms. */
  readonly clockShiftMs: number;
  /** Its local time zone. */
  readonly zone: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Where code lies; data do not. */
const code =
  'app cli client cluster http jobs models node_modules operators schema simulator sinks store strategies streams workers';
const codeFiles = 'config.ts package.json tsconfig.json';

/** Walks in a fresh process over minutes in a fresh folder, which is removed after. */
export async function runWalk(run: WalkRun): Promise<WalkAnswer> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'walk-')));
  try {
    const file = join(folder, 'minutes.csv');
    await writeFile(file, writeCandles(run.minutes));
    return await answerOf(run, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function answerOf(run: WalkRun, file: string): Promise<WalkAnswer> {
  const { walk, symbol, timeframe, costBps, threads, confined, clockShiftMs, zone } = run;
  const { spacingMs, volumeKind } = run.minutes;
  const asked = JSON.stringify({ symbol, timeframe, costBps, threads, spacingMs, volumeKind });
  const { promise, resolve } = Promise.withResolvers<WalkAnswer>();
  const child = fork(new URL('walk-process.ts', import.meta.url), [walk, file, asked], {
    execArgv: [
      `--require=${fileURLToPath(new URL('shift-clock.ts', import.meta.url))}`,
      '--disable-warning=SecurityWarning',
      ...(confined ? confinement(walk, file) : []),
    ],
    env: { PATH: process.env['PATH'], TZ: zone, AUDIT_CLOCK_SHIFT_MS: String(clockShiftMs) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  child.once('message', (answer) => resolve(answer as WalkAnswer));
  child.once('error', ({ message }) => resolve({ failure: message }));
  child.once('close', (exit) =>
    resolve({ failure: `the walk ended with code ${String(exit)}: ${complaint.trim()}` }),
  );
  return promise.finally(() => {
    if (child.exitCode === null) child.kill('SIGKILL');
  });
}

/** Node's permission model: reads outside code and the given file fail, and so does every write. */
function confinement(walk: string, file: string): string[] {
  const readable = [
    ...`${code} ${codeFiles}`
      .split(' ')
      .map((name) => join(root, name))
      .filter((path) => existsSync(path)),
    dirname(fileURLToPath(walk)),
    dirname(file),
  ];
  return ['--permission', '--allow-worker', ...readable.map((path) => `--allow-fs-read=${path}`)];
}
