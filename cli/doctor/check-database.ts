import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { PoolConfig } from 'pg';
import type { Config } from '../../config.ts';
import { databaseConfig } from '../../store/connect/database-config.ts';
import { newClient } from '../../store/connect/new-client.ts';
import { clusterOf, postgresBase, rootsFolder } from '../../store/embedded/postgres-folders.ts';
import { databaseUser, probe, readPostmaster } from '../../store/embedded/postmaster.ts';
import { sessionsOf } from '../../store/sessions.ts';
import { checkDisk } from './check-disk.ts';
import { embeddedPrograms } from './embedded-programs.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { networkReason } from '../../schema/outside/network-reason.ts';

const part = 'database';
/** The oldest major version that the statements were tried on. */
const oldest = 15;
/** Of the store (8) and the queue (6). */
const connections = 14;

/** The database of this configuration, without changing anything in it or starting it. */
export async function checkDatabase(
  config: Pick<Config, 'DATABASE_URL' | 'DATA_DIR'>,
  rootFolder = rootsFolder,
): Promise<Finding[]> {
  const { DATABASE_URL, DATA_DIR } = config;
  if (DATABASE_URL !== undefined) {
    const disk = await checkDisk('data folder', DATA_DIR);
    return [...(await checkServer(databaseConfig(DATABASE_URL.reveal()))), disk];
  }
  const programs = await embeddedPrograms();
  if (programs.problem !== undefined)
    return [fail(part, programs.problem, 'run `npm ci`, or set DATABASE_URL (on Alpine and Windows always)')];
  const base = await postgresBase(DATA_DIR, process.getuid?.() === 0, rootFolder);
  const cluster = clusterOf(base);
  const disk = await checkDisk('data folder', base);
  const sockets = (await readPostmaster(cluster))?.sockets;
  if (sockets !== undefined && (await probe(sockets)) === 'ready') {
    return [...(await checkServer({ host: sockets, user: databaseUser, database: 'postgres' })), disk];
  }
  const exists = await access(join(cluster, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  const says = exists ? `in ${cluster}, not running` : `will be created in ${cluster}`;
  return [ok(part, `PostgreSQL ${programs.version}, embedded, ${says}`), disk];
}

async function checkServer(config: PoolConfig): Promise<Finding[]> {
  const client = newClient({ ...config, connectionTimeoutMillis: 5000, query_timeout: 5000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<ServerRow>(serverQuery);
    const found = judge(rows[0]!);
    if (config.connectionString !== undefined && (await sessionsOf(config)) === 'shared')
      found.push(
        warn(
          part,
          'DATABASE_URL leads through a pooler that shares sessions (transaction pooling)',
          'it works, but for an ingest of a split server; without REDIS_URL jobs are looked for each second: pool_mode=session, or a direct address, is quicker',
        ),
      );
    return found;
  } catch (error) {
    const { code = '' } = error as { code?: string };
    return [fail(part, networkReason(error), remedies[code] ?? 'start it, or correct DATABASE_URL')];
  } finally {
    await client.end().catch(() => {});
  }
}

/** What to do about PostgreSQL's own refusals, by their code. */
const remedies: Readonly<Record<string, string>> = {
  '28P01': 'correct user and password in DATABASE_URL',
  '3D000': 'create it with `createdb`, owned by the user of DATABASE_URL, or correct DATABASE_URL',
  '53300': 'raise max_connections, or end what holds them',
};

interface ServerRow {
  readonly version: string;
  readonly number: number;
  readonly name: string;
  readonly size: string;
  readonly free: number;
  readonly may_create: boolean;
  readonly recovering: boolean;
  readonly read_only: boolean;
}

const serverQuery = `select current_setting('server_version') as version,
  current_setting('server_version_num')::int as number,
  current_database() as name,
  pg_size_pretty(pg_database_size(current_database())) as size,
  current_setting('max_connections')::int - (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as free,
  has_database_privilege(current_database(), 'create') and has_schema_privilege('public', 'create') as may_create,
  pg_is_in_recovery() as recovering,
  current_setting('default_transaction_read_only')::bool as read_only`;

function judge({
  version,
  number,
  name,
  size,
  free,
  may_create,
  recovering,
  read_only,
}: ServerRow): Finding[] {
  const findings: Finding[] = [];
  if (number < oldest * 10_000) {
    const todo = `use ${oldest} or newer`;
    findings.push(warn(part, `PostgreSQL ${version} is older than any this was tried on`, todo));
  }
  if (recovering)
    findings.push(fail(part, 'a standby, which takes no writes', 'set DATABASE_URL to the primary'));
  else if (read_only)
    findings.push(
      fail(
        part,
        'it is set to read only',
        'set default_transaction_read_only to off for this user and database',
      ),
    );
  if (!may_create) {
    const todo = `grant create on database ${name} and on its schema public to this user`;
    findings.push(fail(part, `the user may not create tables in ${name}`, todo));
  }
  if (free < connections) {
    const todo = 'raise max_connections, or end what holds them';
    findings.push(warn(part, `${free} connections are free, the server takes up to ${connections}`, todo));
  }
  return findings.length > 0 ? findings : [ok(part, `PostgreSQL ${version} answers, ${size} in ${name}`)];
}
