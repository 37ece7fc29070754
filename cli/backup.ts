import { createWriteStream } from 'node:fs';
import { access, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ClientConfig } from 'pg';
import { loadConfig } from '../app/configuration/read-config.ts';
import { dumpDatabase } from '../store/backup/dump-database.ts';
import { readMigrations } from '../store/migrate.ts';
import { rootsFolder } from '../store/embedded/postgres-folders.ts';
import { machineClock } from '../streams/clock/machine-clock.ts';
import { checkOutput } from './check-output.ts';
import { command, CommandError } from './command.ts';
import { withEmbeddedDatabase } from './databases/embedded-database.ts';
import { withSession } from './databases/own-session.ts';
import { runningDatabase } from './databases/running-database.ts';
import { sayRows } from './databases/say-rows.ts';
import { stopSignal } from './databases/stop-signal.ts';

const help = `Usage: npm run backup [-- FILE]

Writes all that the database holds (signals, posts, outcomes, candles) into one compressed file, in one snapshot, while the server goes on
or stands still. It takes the settings of the server: the embedded database or DATABASE_URL, of any version. The file is whole or not there,
for its owner alone, and never written over. Not in it: .env, the key in DATA_DIR, recordings, and jobs of the queue, which are made again.

  FILE   @default backups/anso-vision-TIME.gz`;

await command({ help, options: {}, positionals: { min: 0, max: 1 } }, async (_, [name]) => {
  const { config } = loadConfig();
  const now = machineClock.wallNow();
  const file = resolve(
    name ?? `backups/anso-vision-${new Date(now).toISOString().replaceAll(/[:.]/g, '')}.gz`,
  );
  await refuseExisting(file);
  if (name === undefined) await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await checkOutput(file);
  const begun = machineClock.monotonicNow();
  const running = await runningDatabase(config, rootsFolder);
  const write = (connection: ClientConfig) => writeBackup(connection, file, now);
  await (running === undefined ? withEmbeddedDatabase(config.DATA_DIR, write) : write(running));
  const { size } = await stat(file);
  const seconds = ((machineClock.monotonicNow() - begun) / 1000).toFixed(1);
  console.log(`${file}: ${(size / 1e6).toFixed(2)} MB in ${seconds} s`);
});

async function refuseExisting(file: string): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (exists) throw new CommandError(`${file} is there already: name another file`);
}

/** Beside its place first, so that a file of that name is always whole. */
async function writeBackup(connection: ClientConfig, file: string, now: number): Promise<void> {
  const known = new Set((await readMigrations()).map(({ name }) => name));
  const part = `${file}.${process.pid}.part`;
  const signal = stopSignal();
  try {
    await withSession(connection, 'backup of anso-vision', (client) =>
      pipeline(
        dumpDatabase(client, { now, known, onTable: sayRows }),
        createGzip({ level: 6 }),
        createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true }),
        { signal },
      ),
    );
    await refuseExisting(file);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    if (signal.aborted) throw new CommandError('stopped: no backup was written');
    throw error;
  }
}
