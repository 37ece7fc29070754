import type { Redis } from 'ioredis';
import type { WatchAnswer } from '../schema/symbol/watch-answer.ts';
import type { Demand } from './demand.ts';
import type { Names } from './names.ts';
import type { RedisLink } from './redis-link.ts';
import { redisNow } from './redis-now.ts';

export interface ServeDemandOptions extends Pick<Demand, 'watch' | 'release'> {
  readonly redis: Pick<Redis, 'eval'>;
  readonly link: Pick<RedisLink, 'listen'>;
  readonly names: Pick<Names, 'demand' | 'demanded'>;
  /** Sends the answer about a symbol to every gateway. */
  readonly answer: (symbol: string, answer: WatchAnswer) => void;
  /** @default 1000 */
  readonly everyMs?: number;
}

export interface ServedDemand {
  /** The symbol was dropped: its reference is gone, no release is due. */
  readonly lose: (symbol: string) => void;
  readonly close: () => void;
}

/** Removes expired entries, and returns the others. */
const readDemand = `${redisNow}
redis.call('zremrangebyscore', KEYS[1], '-inf', now)
return redis.call('zrange', KEYS[1], 0, -1)`;

/**
 * Holds one reference on each symbol that some gateway wants. Every gateway that begins to want one gets an answer; a refusal is
 * repeated each second until nobody wants the symbol, since a message may get lost.
 */
export function serveDemand(options: ServeDemandOptions): ServedDemand {
  const { redis, link, names, answer, watch, release, everyMs = 1000 } = options;
  /** Symbols that are being requested, and those that are held. */
  const requested = new Set<string>();
  const held = new Set<string>();
  /** Members that have received their answer. */
  let answered = new Set<string>();
  let wanted: ReadonlySet<string> = new Set();
  let isOver = false;
  let isReading = false;
  let isStale = false;

  const request = async (symbol: string) => {
    requested.add(symbol);
    const result = await watch(symbol).catch((): WatchAnswer => 'symbol_limit');
    requested.delete(symbol);
    if (isOver) return;
    if (result === 'ok' && !wanted.has(symbol)) release(symbol);
    else if (result === 'ok') held.add(symbol);
    answer(symbol, result);
  };
  const settle = (members: readonly string[]) => {
    if (isOver) return;
    const symbolOf = (member: string) => member.slice(member.indexOf(' ') + 1);
    wanted = new Set(members.map(symbolOf));
    for (const symbol of held) {
      if (wanted.has(symbol)) continue;
      held.delete(symbol);
      release(symbol);
    }
    for (const symbol of wanted) if (!held.has(symbol) && !requested.has(symbol)) void request(symbol);
    const accepted = members.filter((member) => held.has(symbolOf(member)));
    for (const member of accepted) if (!answered.has(member)) answer(symbolOf(member), 'ok');
    answered = new Set(accepted);
  };
  const sync = async (): Promise<void> => {
    isStale = true;
    if (isReading || isOver) return;
    isReading = true;
    isStale = false;
    try {
      settle((await redis.eval(readDemand, 1, names.demand)) as string[]);
    } catch {
      // An outage of Redis: the last known demand still counts.
    }
    isReading = false;
    if (isStale) await sync();
  };
  link.listen(names.demanded, () => void sync());
  const timer = setInterval(() => void sync(), everyMs);
  void sync();

  return {
    lose: (symbol) => void held.delete(symbol),
    close: () => {
      isOver = true;
      clearInterval(timer);
    },
  };
}
