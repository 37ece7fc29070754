import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createBus } from '../../cluster/bus.ts';
import { openRedisLink, type RedisLink } from '../../cluster/redis-link.ts';
import { quiet } from '../../test/support/services/database.ts';

/** Processor time a tick, µs: of the ingest's end, of Redis and of each gateway's end. */
export interface BusCost {
  readonly ingest: number;
  readonly redis: number;
  readonly gateway: number;
  /** Messages that were dropped. */
  readonly dropped: number;
}

/** Sends ticks in batches of `batch`, as a busy ingest's turns make them, and waits until every gateway has heard all. */
export async function measureBus(
  url: string,
  options: { readonly gateways: number; readonly ticks: number; readonly batch: number },
): Promise<BusCost> {
  const { gateways, ticks, batch } = options;
  const channel = `bench:${process.pid}:${gateways}`;
  const link = openRedisLink(url, quiet, Math.random);
  const listener = new URL('bus-listener.ts', import.meta.url);
  const processes = Array.from({ length: gateways }, () => fork(listener, [url, channel, String(ticks)]));
  try {
    await Promise.all(processes.map((one) => once(one, 'message')));
    while (link.commands.status !== 'ready') await pause();
    const heard = processes.map((one) => once(one, 'message') as Promise<[{ cpuUs: number }]>);
    let dropped = 0;
    const bus = createBus({
      redis: link.commands,
      channel,
      term: () => 1,
      onDropped: (messages) => (dropped += messages),
    });
    const redisFrom = await cpuOfRedis(link);
    const from = process.cpuUsage();
    for (let sent = 0; sent < ticks;) {
      for (let i = 0; i < batch; i++, sent++)
        bus.publish({
          kind: 'tick',
          tick: {
            symbol: `SYM${sent % 1000}USD`,
            price: 1.2345 + i / 1e4,
            bid: 1.2344,
            ask: 1.2346,
            eventTime: 1_790_000_000_000 + sent,
            receivedTime: 1_790_000_000_050 + sent,
          },
        });
      await pause();
    }
    const { user, system } = process.cpuUsage(from);
    const cpus = await Promise.all(heard);
    const redisUs = (await cpuOfRedis(link)) - redisFrom;
    const gateway = cpus.reduce((sum, [{ cpuUs }]) => sum + cpuUs, 0) / gateways;
    return { ingest: (user + system) / ticks, redis: redisUs / ticks, gateway: gateway / ticks, dropped };
  } finally {
    await Promise.all(processes.map(end));
    link.close();
  }
}

/** A turn, and time for Redis: more in flight than the bus takes would be dropped. */
const pause = () => new Promise((done) => setTimeout(done, 1));

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill();
  await gone;
}

/** Processor time that Redis has taken, µs. */
async function cpuOfRedis({ commands }: Pick<RedisLink, 'commands'>): Promise<number> {
  const info = await commands.info('cpu');
  const seconds = (name: string) => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)![1]);
  return 1e6 * (seconds('used_cpu_sys') + seconds('used_cpu_user'));
}
