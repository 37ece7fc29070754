import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { machineClock } from '../../../streams/clock/machine-clock.ts';
import { CommandError } from '../../command.ts';
import { writeWhole } from './write-whole.ts';

const form = /^(.+)-(\d+)-(\w*)\.lock$/;
/** A process of another machine, whose pids we cannot ask for, touches its lock so often, and is gone where it has not for so long, ms. */
const beatMs = 10_000;
const goneMs = 60_000;

/** Of two that begin at once both may give way: each looks so often, after a time by chance. */
const TRIES = 4;
const longestPauseMs = 500;

/**
 * Makes the folder, and this process the only one that writes in it. A process that was killed holds nothing. Throws a CommandError where
 * another one is at work.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const own = `${hostname()}-${process.pid}-${(await startOf(process.pid)) ?? ''}.lock`;
  for (let attempt = 1; ; attempt++) {
    const other = await tryLock(folder, own);
    if (other === undefined) return held(join(folder, own));
    await rm(join(folder, own), { force: true });
    if (attempt === TRIES)
      throw new CommandError(
        `another npm run history, pid ${other.pid} on ${other.host}, writes in ${folder}: wait until it has ended`,
      );
    await setTimeout(longestPauseMs * Math.random());
  }
}

/** Who holds the folder besides. Each puts its own lock there before it looks for others: of two, one at least sees the other. */
async function tryLock(folder: string, own: string): Promise<{ host: string; pid: number } | undefined> {
  await writeWhole(join(folder, own), []);
  for (const other of await readdir(folder)) {
    const [, host, pid, start] = form.exec(other) ?? [];
    if (other === own || host === undefined) continue;
    if (await isAlive(folder, { other, own, host, pid: Number(pid), start: start! }))
      return { host, pid: Number(pid) };
    // Its name holds when its process began: no other process has the same.
    await rm(join(folder, other), { force: true });
  }
  return undefined;
}

function held(path: string): AsyncDisposable {
  const beat = setInterval(() => {
    const now = new Date(machineClock.wallNow());
    utimes(path, now, now).catch(() => {});
  }, beatMs);
  beat.unref();
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(beat);
      await rm(path, { force: true });
    },
  };
}

async function isAlive(
  folder: string,
  lock: { readonly other: string; readonly own: string; host: string; pid: number; start: string },
): Promise<boolean> {
  if (lock.host === hostname()) {
    const start = await startOf(lock.pid);
    return start !== undefined && start === lock.start;
  }
  // Both times are of the file system's clock, or nearly.
  const [theirs, ours] = await Promise.all(
    [lock.other, lock.own].map((name) => stat(join(folder, name)).catch(() => undefined)),
  );
  return theirs !== undefined && ours !== undefined && ours.mtimeMs - theirs.mtimeMs < goneMs;
}

/** When a process began, in whatever unit: pids are given again. Undefined where there is none of that pid. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name of the program, in brackets, may hold anything; of what follows it, this is the twentieth.
  if (status !== undefined) {
    const [state, ...fields] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : fields[18];
  }
  const answer = promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { LC_ALL: 'C' } });
  const text = await answer.then(
    ({ stdout }) => stdout,
    () => '',
  );
  return text.replaceAll(/\W/g, '');
}
