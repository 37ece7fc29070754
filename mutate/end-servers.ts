import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ends the PostgreSQL servers whose data lie in `folder`, which a killed test run has left behind. */
export async function endServers(folder: string): Promise<void> {
  const pids = globSync('**/postmaster.pid', { cwd: folder }).map((file) =>
    Number(readFileSync(join(folder, file), 'utf8').split('\n')[0]),
  );
  for (const pid of pids) {
    // At once, and its processes with it.
    signal(pid, 'SIGQUIT');
    for (let tries = 0; tries < 100 && signal(pid, 0); tries++)
      await new Promise((done) => setTimeout(done, 50));
  }
}

/** False where there is no such process. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
