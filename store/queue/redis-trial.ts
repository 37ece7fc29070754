import type { Redis } from 'ioredis';
import { isRightsError, missingRights } from './redis-rights.ts';

/** The result of a trial. `reason`: why no queue can work there; `isFinal`: only the operator can change that. */
export interface RedisTrial {
  readonly info: string;
  readonly reason?: string;
  readonly isFinal?: boolean;
  /** It works, but is configured badly. */
  readonly warning?: string;
}

/** Tries everything that a queue needs, as BullMQ would. Rejects where Redis is away or does not respond. */
export async function tryRedis(redis: Redis, queues: readonly string[]): Promise<RedisTrial> {
  const info = await redis.info().catch((error: Error) => error);
  if (info instanceof Error) {
    if (!isRightsError(info.message)) throw info;
    return { info: '', isFinal: true, reason: lackOf([`INFO (${info.message})`]) };
  }
  if (field(info, 'cluster_enabled') === '1')
    return {
      info,
      isFinal: true,
      reason:
        'REDIS_URL leads to a Redis Cluster, and queues need a single Redis or a primary with replicas: the scripts of a queue use keys of several slots',
    };
  if (field(info, 'loading') === '1') return { info, reason: 'Redis is loading its data' };
  if (field(info, 'role') === 'slave')
    return { info, reason: 'Redis is a replica, which takes no writes: REDIS_URL must lead to the primary' };
  const missing = new Set<string>();
  for (const queue of queues) {
    for (const one of await missingRights(redis, queue)) missing.add(one);
    if (missing.size > 0) return { info, isFinal: true, reason: lackOf([...missing]) };
  }
  const policy = field(info, 'maxmemory_policy');
  return policy === undefined || policy === 'noeviction' ? { info } : { info, warning: evicting(policy) };
}

/** The smallest check that a queue can still write; rejects with Redis' own reason. */
export async function tryWrite(redis: Redis, queue: string): Promise<void> {
  await redis.set(`bull:${queue}:anso-trial:k`, '1', 'PX', 60_000);
}

/** Why Redis refuses a queue's command, explained where the reason is known. */
export function plainReason(message: string): string {
  const known = [
    [/\bOOM\b/, 'Redis is full (maxmemory) and takes no writes: raise maxmemory or make room'],
    [/READONLY/, 'Redis is a replica, which takes no writes'],
    [/MISCONF/, 'Redis cannot save to its disk and takes no writes'],
    [/NOREPLICAS/, 'Redis has fewer replicas than it wants, and takes no writes'],
    [
      /CLUSTERDOWN|CROSSSLOT|^MOVED/,
      'REDIS_URL leads to a Redis Cluster, and queues need a single Redis or a primary with replicas',
    ],
    [/LOADING/, 'Redis is loading its data'],
    [/BUSY /, 'Redis is busy with a script'],
  ] as const;
  const plain = known.find(([sign]) => sign.test(message))?.[1];
  if (plain !== undefined) return `${plain} (${short(message)})`;
  if (isRightsError(message)) return lackOf([short(message)]);
  return `Redis does not answer: ${short(message)}`;
}

const short = (message: string) => message.split('\n')[0]!.slice(0, 160);
const most = 4;
const lackOf = (commands: readonly string[]) => {
  const named = commands.slice(0, most).map(short).join('; ');
  const more = commands.length > most ? ` and ${commands.length - most} more` : '';
  return `the user of REDIS_URL may not do what a queue needs: ${named}${more}. Give it \`+@all -@dangerous +info ~bull:* &*\` (redis-cli ACL SETUSER)`;
};
const evicting = (policy: string) =>
  `Redis' maxmemory-policy is ${policy}: when memory runs short it throws posts of the queue away. Set it to noeviction`;

const field = (info: string, name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
