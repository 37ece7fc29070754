import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { PoolConfig } from 'pg';
import { ownFolder } from '../app/configuration/own-folder.ts';
import { loadConfig } from '../app/configuration/read-config.ts';
import type { Config } from '../config.ts';
import { BackupError } from '../store/backup/backup-format.ts';
import { readBackup } from '../store/backup/read-backup.ts';
import { type RestoreDatabaseOptions, restoreDatabase } from '../store/backup/restore-database.ts';
import { OtherMarketError } from '../store/claim-market.ts';
import { databaseConfig } from '../store/connect/database-config.ts';
import { MigrationError } from '../store/migrate.ts';
import { machineClock } from '../streams/clock/machine-clock.ts';
import { checkInput } from './check-input.ts';
import { command, CommandError, DataError, UsageError } from './command.ts';
import { withEmbeddedDatabase } from './databases/embedded-database.ts';
import { withSession } from './databases/own-session.ts';
import { sayRows } from './databases/say-rows.ts';
import { stopSignal } from './databases/stop-signal.ts';

const help = `Usage: npm run restore -- FILE [--check] [--replace] [--was-stopped]

Puts a backup of \`npm run backup\` into the database of this configuration, which must be empty, while no server works with it: all of it or
nothing. A file of an older version is brought up to date, one of a newer version refused.

Posts that waited when the backup was made may have been sent since, by a server whose database is lost. None is sent again blindly: each
is asked about where its channel can be asked (COMMUNITY_LOOKUP_PATH), repeated where repeated ids are dropped, else parked for you.
So are signals and ends of the time up to now. What was issued since the backup is unknown: look at the platform before you start the server.

  --check         only read the file, and say whether it is whole
  --replace       remove for good what the database holds
  --was-stopped   the server had stopped before the backup and has not worked since, as in a move: then what waits is sent`;

const stopped = stopSignal();
const options = {
  check: { type: 'boolean' },
  replace: { type: 'boolean' },
  'was-stopped': { type: 'boolean' },
} as const;

await command({ help, options, positionals: { min: 1, max: 1 } }, async (values, [name]) => {
  const file = resolve(name!);
  const { check = false, replace = false, 'was-stopped': wasStopped = false } = values;
  if (check && (replace || wasStopped)) throw new UsageError('--check takes no other option');
  await checkInput(file);
  try {
    await (check ? checkFile(file) : restore(file, { replace, wasStopped }));
  } catch (error) {
    throw inWords(error, file);
  }
});

async function restore(
  file: string,
  wishes: Pick<RestoreDatabaseOptions, 'replace' | 'wasStopped'>,
): Promise<void> {
  const { config } = loadConfig();
  const now = machineClock.wallNow();
  const work = (connection: PoolConfig) =>
    withSession(connection, 'restore of anso-vision', (client) =>
      restoreDatabase(client, textOf(file), {
        ...wishes,
        now,
        // By the feed's clock signals are of another time than now.
        until: config.CLOCK === 'feed' ? 0 : now,
        market: config.demo ? 'demo' : 'live',
        onTable: sayRows,
      }),
    );
  const { header, held } = await inDatabase(config, work);
  console.log(`restored, as of ${new Date(header.made_at).toISOString()}`);
  if (wishes.wasStopped) return;
  console.log(
    held === 0
      ? 'No post waited then.'
      : `${held} ${held === 1 ? 'post' : 'posts'} that waited then may have been sent since: the server asks about them, or parks them for you (docs/operations.md, "Posts that need you").`,
  );
  console.log(
    'What the server issued after the backup is unknown here: look at the platform before you start it.',
  );
}

async function inDatabase<T>(config: Config, work: (connection: PoolConfig) => Promise<T>): Promise<T> {
  if (config.DATABASE_URL !== undefined) return work(databaseConfig(config.DATABASE_URL.reveal()));
  for (const folder of new Set([config.baseDir, config.DATA_DIR])) await ownFolder(folder);
  return withEmbeddedDatabase(config.DATA_DIR, work);
}

async function checkFile(file: string): Promise<void> {
  await readBackup(textOf(file), {
    header: async ({ made_at, migrations }) =>
      console.log(`made at ${new Date(made_at).toISOString()}, schema ${migrations.at(-1)!.name}`),
    table: async (table, _, rows) => {
      let count = 0;
      for await (const chunk of rows) for (const byte of chunk) if (byte === 10) count += 1;
      sayRows(table, count);
      return count;
    },
  });
  console.log('the file is whole');
}

async function* textOf(file: string): AsyncGenerator<Buffer> {
  const packed = createReadStream(file);
  const text = createGunzip();
  packed.on('error', (error) => text.destroy(error));
  try {
    for await (const chunk of packed.pipe(text) as AsyncIterable<Buffer>) {
      // The transaction ends undone, and the database that was started for it ends too.
      if (stopped.aborted) throw new CommandError('stopped. Nothing was changed.');
      yield chunk;
    }
  } catch (error) {
    if (packed.bytesRead === 0 && isCut(error)) throw new BackupError('it is empty');
    throw error;
  } finally {
    packed.destroy();
  }
}

function isCut(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
}

function inWords(error: unknown, file: string): unknown {
  // Where a single byte follows, gunzip waits for the rest of another member.
  if (isCut(error))
    return new DataError(`${file}: it is cut off, or something stands behind its end. Nothing was changed.`);
  if ((error as NodeJS.ErrnoException).code === 'Z_DATA_ERROR')
    return new DataError(`${file} is no backup, or damaged. Nothing was changed.`);
  if (error instanceof BackupError || error instanceof MigrationError)
    return new DataError(`${file}: ${error.message}. Nothing was changed.`);
  if (error instanceof OtherMarketError)
    return new CommandError(
      `${file} was made by the other kind of server: the demo, which has no TWELVEDATA_API_KEY, and a live one take no backup of each other. Nothing was changed.`,
    );
  return error;
}
