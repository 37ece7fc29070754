import { createInterface } from 'node:readline/promises';
import { rm, rmdir } from 'node:fs/promises';
import { loadConfig } from '../app/configuration/read-config.ts';
import { reachableUrl } from '../app/web/reachable-url.ts';
import type { Config } from '../config.ts';
import { type Occupant, occupantOf } from '../store/embedded/occupant.ts';
import { command, CommandError } from './command.ts';
import { keptFolders } from './databases/kept-folders.ts';
import { serverAnswers } from './server-answers.ts';

const help = `Usage: npm run reset [-- --yes]

Removes what this server keeps, for good: the embedded database with its signals, posts and candles, recordings, and the key that it made
for itself. It says what, and asks. With a key of the provider that is all of DATA_DIR, the demo's part too; without, what the demo keeps, and
live data beside it stay. Refuses while a server works with it. A database at DATABASE_URL, Redis, .env and the history of npm run history are left alone.

  --yes   do not ask`;

await command({ help, options: { yes: { type: 'boolean' } } }, async ({ yes = false }) => {
  const { config } = loadConfig();
  const folders = await keptFolders(config);
  const paths = folders.flatMap((folder) => folder.paths);
  if (paths.length === 0) {
    console.log(`there is nothing to remove in ${config.baseDir}`);
    return 0;
  }
  for (const occupant of await occupantsOf(config, folders))
    if (occupant.kind === 'postgres') await occupant.leave();
  console.log(['This is removed for good:', ...paths.map((path) => `  ${path}`)].join('\n'));
  if (!yes && !(await isWanted())) {
    console.log('nothing was removed');
    return 1;
  }
  // Somebody may have started it meanwhile.
  for (const occupant of await occupantsOf(config, folders))
    if (occupant.kind === 'postgres' && !(await occupant.end()))
      throw new CommandError(
        `its PostgreSQL, pid ${occupant.pid}, hangs: end it by \`kill -9 ${occupant.pid}\``,
      );
  for (const path of paths) await rm(path, { recursive: true, force: true });
  // A folder that holds other things too stays.
  for (const { dataDir } of folders) await rmdir(dataDir).catch(() => {});
  console.log('removed: the next start begins anew');
  return 0;
});

async function isWanted(): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new CommandError('nobody can be asked here: `npm run reset -- --yes` removes it');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Type yes to remove it: ').catch(() => '');
  terminal.close();
  return answer.trim().toLowerCase() === 'yes';
}

/** Who works with the databases of these folders. Throws CommandError where one of them is a server. */
async function occupantsOf(
  config: Config,
  folders: readonly { readonly dataDir: string }[],
): Promise<Occupant[]> {
  const found: Occupant[] = [];
  for (const { dataDir } of folders) {
    const occupant = await occupantOf(dataDir);
    if (occupant.kind === 'server') {
      for (const other of found) if (other.kind === 'postgres') await other.leave();
      throw new CommandError(
        `a server works with ${dataDir}${occupant.pid === undefined ? '' : ` (pid ${occupant.pid})`}: stop it first, \`npm stop\` does`,
      );
    }
    found.push(occupant);
  }
  if (config.DATABASE_URL !== undefined && (await serverAnswers(config)))
    throw new CommandError(`a server answers at ${reachableUrl(config)}: stop it first`);
  return found;
}
