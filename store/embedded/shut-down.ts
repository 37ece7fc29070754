import { isServerOf, readPostmaster } from './postmaster.ts';

/** How long one may take that is asked to drop everything, ms. */
const dropMs = 750;

/** Asks it to stop, and after `patienceMs` to drop everything. The pid of one that does neither, as one that is frozen. */
export async function shutDown(cluster: string, patienceMs: number): Promise<number | undefined> {
  const found = await readPostmaster(cluster);
  if (found === undefined || !(await isServerOf(cluster, found.pid))) return undefined;
  const immediateAt = performance.now() + patienceMs;
  signal(found.pid, 'SIGINT');
  let immediate = false;
  while (await isServerOf(cluster, found.pid)) {
    if (!immediate && performance.now() > immediateAt) {
      immediate = true;
      signal(found.pid, 'SIGQUIT');
    }
    if (performance.now() > immediateAt + dropMs) return found.pid;
    await new Promise((done) => setTimeout(done, 20));
  }
  return undefined;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
