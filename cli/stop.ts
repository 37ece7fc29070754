import { readFile } from 'node:fs/promises';
import { loadConfig } from '../app/configuration/read-config.ts';
import { occupantOf } from '../store/embedded/occupant.ts';
import { run } from '../store/embedded/run.ts';
import { command, CommandError } from './command.ts';
import { dataDirsOf } from './databases/data-dirs-of.ts';

const help = `Usage: npm stop

Stops the server that works in DATA_DIR, in order, and ends a PostgreSQL that a killed server left running. Under a supervisor that
starts it again (systemd, Docker) stop it there instead. A server at DATABASE_URL has no PostgreSQL of its own, and is not found by this.`;

/** A server takes 10 s at most. */
const stopMs = 20_000;

await command({ help, options: {} }, async () => {
  const { config } = loadConfig();
  let stopped = 0;
  for (const dataDir of dataDirsOf(config)) {
    const first = await occupantOf(dataDir);
    if (first.kind === 'server') {
      await stopServer(dataDir, first.pid);
      console.log(`stopped the server of ${dataDir}, pid ${first.pid}`);
      stopped += 1;
    }
    // It may have had to leave its PostgreSQL behind.
    const left = first.kind === 'server' ? await occupantOf(dataDir) : first;
    if (left.kind === 'server')
      throw new CommandError(`another server has started in ${dataDir}: is there a supervisor?`);
    if (left.kind === 'nobody') continue;
    if (!(await left.end()))
      throw new CommandError(
        `the PostgreSQL of ${dataDir}, pid ${left.pid}, hangs: end it by \`kill -9 ${left.pid}\``,
      );
    console.log(`ended the PostgreSQL of ${dataDir} that was left running, pid ${left.pid}`);
    stopped += 1;
  }
  if (stopped > 0) return;
  const elsewhere =
    config.DATABASE_URL === undefined
      ? ''
      : '; a server at DATABASE_URL is stopped by Ctrl-C, SIGTERM or its supervisor';
  console.log(`nothing runs in ${config.baseDir}${elsewhere}`);
});

async function stopServer(dataDir: string, pid: number | undefined): Promise<void> {
  if (pid === undefined || !(await isServer(pid)))
    throw new CommandError(
      `the server of ${dataDir} is no process that is seen from here (in a container?): stop it where it runs`,
    );
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPERM')
      throw new CommandError(
        `the server of ${dataDir}, pid ${pid}, is another user's: stop it as that user or as root`,
      );
    if (code !== 'ESRCH') throw error;
  }
  const until = performance.now() + stopMs;
  while (await isServer(pid)) {
    if (performance.now() > until)
      throw new CommandError(
        `the server of ${dataDir}, pid ${pid}, does not stop: end it by \`kill -9 ${pid}\`, then \`npm stop\` again`,
      );
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** A pid can be that of another namespace, and then a stranger's here. */
async function isServer(pid: number): Promise<boolean> {
  const args = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() =>
    process.platform === 'linux' ? '' : run('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => ''),
  );
  return args.includes('main.ts');
}
