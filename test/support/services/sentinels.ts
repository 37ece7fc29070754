import { spawn, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../free-port.ts';
import { ownTime } from '../own-time.ts';
import { until } from '../until.ts';
import { temporaryFolder } from './database.ts';
import { type RedisProcess, redisProcess } from './redis.ts';

export interface Sentinels {
  /** REDIS_URL by which the primary is found. */
  readonly url: string;
  readonly primary: RedisProcess;
  readonly replica: RedisProcess;
  /** Resolves when the Sentinels name another primary than the first. */
  readonly hasFailedOver: () => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/** A Redis, its replica, and three Sentinels that watch them, all real: one that is silent for `downMs` is replaced. */
export async function sentinels(downMs = 2000): Promise<Sentinels> {
  // A replica is fed at once, not after five seconds.
  const primary = await redisProcess('--repl-diskless-sync-delay', '0');
  await primary.start();
  const { port } = new URL(primary.url);
  const replica = await redisProcess('--replicaof', `127.0.0.1 ${port}`);
  await replica.start();
  const folder = await temporaryFolder();
  const children: ChildProcess[] = [];
  const ports: number[] = [];
  for (let i = 0; i < 3; i++) {
    const own = await freePort();
    ports.push(own);
    const file = join(folder.path, `${own}.conf`);
    await writeFile(
      file,
      `port ${own}
bind 127.0.0.1
dir ${folder.path}
sentinel monitor mymaster 127.0.0.1 ${port} 2
sentinel down-after-milliseconds mymaster ${downMs}
sentinel failover-timeout mymaster 6000
`,
    );
    children.push(spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore', env: ownTime() }));
  }
  const asked = new Redis(ports[0]!, '127.0.0.1', { maxRetriesPerRequest: null });
  asked.on('error', () => {});
  const known = async (): Promise<Map<string, string>> => {
    const fields = (await asked.call('SENTINEL', 'MASTER', 'mymaster')) as string[];
    return new Map(fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1]!] as const] : [])));
  };
  const copy = new Redis(replica.url, { maxRetriesPerRequest: null });
  copy.on('error', () => {});
  // Before they know each other and the replica, and it has what the primary has, nobody is replaced.
  await until(async () => {
    const about = await known();
    const hasAll = (await copy.info('replication')).includes('master_link_status:up');
    return hasAll && about.get('num-other-sentinels') === '2' && about.get('num-slaves') === '1';
  });
  copy.disconnect();
  return {
    url: `redis+sentinel://${ports.map((one) => `127.0.0.1:${one}`).join(',')}/mymaster`,
    primary,
    replica,
    hasFailedOver: async () => void (await until(async () => (await known()).get('port') !== port)),
    dispose: async () => {
      asked.disconnect();
      for (const child of children) child.kill('SIGKILL');
      await Promise.all([primary.dispose(), replica.dispose()]);
      await folder.remove();
    },
  };
}
