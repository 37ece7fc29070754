import type { Redis } from 'ioredis';
import { ProcessCard } from '../schema/cluster.ts';
import type { Names } from './names.ts';
import { redisNow } from './redis-now.ts';

/** Time between two refreshes, and how long a process that no longer refreshes its card counts as there, ms. */
const everyMs = 2000;
const ttlMs = 7000;

/** Writes a card with an expiry by Redis's own clock, drops those that have expired, and returns all. */
const exchange = `${redisNow}
redis.call('zadd', KEYS[1], now + ARGV[3], ARGV[1])
redis.call('hset', KEYS[2], ARGV[1], ARGV[2])
for _, id in ipairs(redis.call('zrangebyscore', KEYS[1], '-inf', now)) do
  redis.call('zrem', KEYS[1], id)
  redis.call('hdel', KEYS[2], id)
end
redis.call('pexpire', KEYS[1], 60000)
redis.call('pexpire', KEYS[2], 60000)
return redis.call('hvals', KEYS[2])`;

export interface Processes {
  /** Every other process of the installation, as last known. */
  readonly others: () => readonly ProcessCard[];
  readonly close: () => Promise<void>;
}

/** Shows this process to the others of its installation, and them to it. During an outage of Redis the last known ones stay. */
export function exchangeCards(
  redis: Pick<Redis, 'eval' | 'zrem' | 'hdel'>,
  names: Pick<Names, 'processes' | 'cards'>,
  own: ProcessCard,
  { everyMs: every = everyMs, ttlMs: ttl = ttlMs } = {},
): Processes {
  const text = JSON.stringify(own);
  let others: readonly ProcessCard[] = [];
  const refresh = async () => {
    const cards = (await redis.eval(
      exchange,
      2,
      names.processes,
      names.cards,
      own.id,
      text,
      ttl,
    )) as string[];
    others = cards.flatMap((card) => parse(card) ?? []).filter(({ id }) => id !== own.id);
  };
  const again = () => void refresh().catch(() => {});
  again();
  const timer = setInterval(again, every);
  return {
    others: () => others,
    close: async () => {
      clearInterval(timer);
      await Promise.all([redis.zrem(names.processes, own.id), redis.hdel(names.cards, own.id)]).catch(
        () => {},
      );
    },
  };
}

/** A newer version may write cards that this one does not know. */
function parse(text: string): ProcessCard | undefined {
  try {
    return ProcessCard.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
