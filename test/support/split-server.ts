import { Client } from 'pg';
import { type Simulator, startSimulator } from '../../simulator/start-simulator.ts';
import { type FaultProxy, startFaultProxy } from './services/fault-proxy.ts';
import { platform, type Platform } from './services/platform.ts';
import { type PostgresProcess, postgresProcess } from './services/postgres.ts';
import { type RedisProcess, redisProcess } from './services/redis.ts';
import { simulatorEnvironment } from './simulator-environment.ts';
import { dataFolder, type RunningServer, startServer } from './server.ts';
import { until } from './until.ts';

/** A process of the installation, with its own ways to PostgreSQL and Redis, which a test may cut. */
export interface Machine {
  readonly server: RunningServer;
  /** User of the database by which its writes are told from others'. */
  readonly user: string;
  readonly postgres: FaultProxy;
  readonly redis: FaultProxy;
}

/** An installation split over processes, whose database tells who has written what, and under which term. */
export interface SplitServer {
  readonly database: PostgresProcess;
  readonly redis: RedisProcess;
  readonly simulator: Simulator;
  readonly target: Platform;
  /** Starts a process with these roles; the first one brings the database up to date. `over` replaces environment variables. */
  readonly start: (roles: string, over?: Record<string, string>) => Promise<Machine>;
  readonly query: <Row = Record<string, unknown>>(text: string) => Promise<Row[]>;
  readonly close: () => Promise<void>;
}

const tables = ['signal', 'candle', 'decision', 'outbox', 'signal_log'];

/** The stand-ins, PostgreSQL and Redis of an installation that has no process yet. `connections`: sockets that the provider allows. */
export async function splitServer(
  environment: Record<string, string> = {},
  { connections = 3 } = {},
): Promise<SplitServer> {
  const cleanUp: (() => Promise<unknown>)[] = [];
  const database = await postgresProcess('secret');
  await database.start();
  cleanUp.push(() => database.dispose());
  const redis = await redisProcess();
  await redis.start();
  cleanUp.push(() => redis.dispose());
  const simulator = await startSimulator({
    plan: { connections, symbols: 50, creditsPerMinute: 1e6, creditsPerDay: 1e6 },
  });
  cleanUp.push(() => simulator.close());
  const target = await platform();
  cleanUp.push(() => target.close());
  const client = new Client({ connectionString: database.url });
  client.on('error', () => {});
  await client.connect();
  cleanUp.push(() => client.end());
  const query: SplitServer['query'] = async (text) => (await client.query(text)).rows as never;
  let machines = 0;

  return {
    database,
    redis,
    simulator,
    target,
    query,
    start: async (roles, over = {}) => {
      const user = `machine_${++machines}`;
      // Its tables are of the one owner, and its session has a name of its own.
      await query(`create role ${user} login superuser password 'secret'`);
      await query(`alter role ${user} set role anso`);
      const postgres = await startFaultProxy({ target: Number(new URL(database.url).port) });
      const redisProxy = await startFaultProxy({ target: Number(new URL(redis.url).port) });
      cleanUp.push(() => Promise.all([postgres.close(), redisProxy.close()]));
      const url = new URL(database.url);
      url.port = String(postgres.port);
      url.username = user;
      const folder = await dataFolder();
      cleanUp.push(() => folder.remove());
      const server = await startServer({
        ...simulatorEnvironment(simulator),
        COMMUNITY_TRADING_URL: target.url,
        COMMUNITY_API_KEY: 'of-the-platform',
        DATABASE_URL: url.href,
        REDIS_URL: `redis://127.0.0.1:${redisProxy.port}`,
        DATA_DIR: folder.path,
        ROLES: roles,
        ...environment,
        ...over,
      });
      cleanUp.push(() => {
        server.process.kill('SIGCONT');
        return server.stop('SIGKILL');
      });
      if (machines === 1) await watchWrites(query);
      return { server, user, postgres, redis: redisProxy };
    },
    close: async () => {
      for (const step of cleanUp.splice(0).reverse()) await step();
    },
  };
}

/** Notes each write with the user of its session, and each change of the term: in the database itself, whose clock is one. */
async function watchWrites(query: SplitServer['query']): Promise<void> {
  await query('create table written (at timestamptz, by name, what text)');
  await query(`create function note() returns trigger language plpgsql as $$ begin
    insert into written values (clock_timestamp(), session_user, tg_table_name); return new; end $$`);
  for (const table of tables)
    await query(`create trigger note before insert on ${table} for each row execute function note()`);
  await query(`create trigger note before update on ingest_term for each row execute function note()`);
}

/** Writes of a session whose user had not taken the term when it wrote. */
export const staleWrites = ({ query }: Pick<SplitServer, 'query'>) =>
  query(`select what, by, at from written as done
    where what in ('signal', 'candle', 'decision') and by <> (
      select by from written where what = 'ingest_term' and at <= done.at order by at desc limit 1)`);

/** The ingest that works. */
export const activeOf = (machines: readonly Machine[]): Promise<Machine> =>
  until(async () => {
    const ready = await Promise.all(
      machines.map(({ server }) =>
        server
          .get<{ ready: boolean }>('/ready')
          .then(({ ready }) => ready)
          .catch(() => false),
      ),
    );
    return machines.find((_, i) => ready[i]);
  }, 40_000);
