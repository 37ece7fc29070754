import { readdir, readFile } from 'node:fs/promises';

/** Pids of the processes of strategies that a server has begun and that live. */
export async function strategyProcesses(server: number): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const isOne = async (pid: number) => (await isStrategyProcess(pid)) && (await parentOf(pid)) === server;
  const found = await Promise.all(pids.map(async (pid) => ((await isOne(pid)) ? [pid] : [])));
  return found.flat();
}

/** Whether a pid is that of a strategy's process that lives: one of another program may have it by now. */
export async function isStrategyProcess(pid: number): Promise<boolean> {
  // What has died and was not waited for has no command line.
  return (await textOf(`/proc/${pid}/cmdline`)).includes('/strategy-process.ts');
}

/** The fourth field; the second is a name in parentheses that may hold anything. */
const parentOf = async (pid: number): Promise<number> =>
  Number((await textOf(`/proc/${pid}/stat`)).split(') ').at(-1)!.split(' ')[1]);

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
