import type { Redis } from 'ioredis';
import type { Unwatched, WatchAnswer } from '../schema/symbol/watch-answer.ts';
import type { Names } from './names.ts';
import { redisNow } from './redis-now.ts';

export interface DemandOptions {
  readonly redis: Pick<Redis, 'eval' | 'zrem'>;
  readonly names: Pick<Names, 'demand' | 'demanded'>;
  /** This gateway's name, unique among them. */
  readonly gateway: string;
  /** Symbols that are always watched: no request is needed. */
  readonly always: readonly string[];
  /** A symbol that was admitted is no longer watched; its reference is gone, no release is due. */
  readonly onLost: (symbol: string, why: Unwatched) => void;
  /** How long the demand of a gateway that no longer refreshes it counts, ms. @default 15_000 */
  readonly ttlMs?: number;
  /** How long to wait for the ingest's answer before a symbol is admitted provisionally, ms. @default 7000 */
  readonly verdictWithinMs?: number;
}

export interface Demand {
  /** Takes a reference on a symbol. Each `ok` must be followed by one `release`. Which client asks, the ingest is not told. */
  readonly watch: (symbol: string) => Promise<WatchAnswer>;
  readonly release: (symbol: string) => void;
  /** The ingest's answer about a symbol. */
  readonly onAnswer: (symbol: string, answer: WatchAnswer) => void;
  readonly close: () => Promise<void>;
}

/** Writes a gateway's demand with an expiry by Redis's own clock, and publishes that it changed. */
const writeDemand = `${redisNow}
local until_ = now + ARGV[2]
for i = 3, #ARGV do redis.call('zadd', KEYS[1], until_, ARGV[1] .. ' ' .. ARGV[i]) end
redis.call('publish', KEYS[2], '')
return until_`;

interface Wanted {
  references: number;
  isAdmitted: boolean;
  readonly answer: PromiseWithResolvers<WatchAnswer>;
  /** Runs out when the ingest has not answered in time. */
  readonly timeout: NodeJS.Timeout;
}

/** The symbols that a gateway's clients want, written to Redis for the ingest and refreshed as long as they want them. */
export function createDemand(options: DemandOptions): Demand {
  const { redis, names, gateway, onLost, ttlMs = 15_000, verdictWithinMs = 7000 } = options;
  const always = new Set(options.always);
  const wanted = new Map<string, Wanted>();

  // A write that fails is repeated by the next refresh; a removal that fails is made up for by the expiry.
  const want = (symbols: readonly string[]) => {
    if (symbols.length === 0) return;
    void redis
      .eval(writeDemand, 2, names.demand, names.demanded, gateway, ttlMs, ...symbols)
      .catch(() => undefined);
  };
  const drop = (symbol: string, { timeout }: Wanted) => {
    clearTimeout(timeout);
    wanted.delete(symbol);
    void redis.zrem(names.demand, `${gateway} ${symbol}`).catch(() => undefined);
  };
  const timer = setInterval(() => want([...wanted.keys()]), ttlMs / 3);

  const ask = (symbol: string): Wanted => {
    const answer = Promise.withResolvers<WatchAnswer>();
    const one: Wanted = {
      references: 0,
      isAdmitted: false,
      answer,
      timeout: setTimeout(() => admit(one), verdictWithinMs),
    };
    wanted.set(symbol, one);
    want([symbol]);
    return one;
  };
  const admit = (one: Wanted) => {
    clearTimeout(one.timeout);
    one.isAdmitted = true;
    one.answer.resolve('ok');
  };

  return {
    watch: (symbol) => {
      if (always.has(symbol)) return Promise.resolve('ok');
      const one = wanted.get(symbol) ?? ask(symbol);
      one.references += 1;
      return one.answer.promise;
    },
    release: (symbol) => {
      const one = wanted.get(symbol);
      if (one === undefined) return;
      one.references -= 1;
      if (one.references <= 0) drop(symbol, one);
    },
    onAnswer: (symbol, answer) => {
      const one = wanted.get(symbol);
      if (one === undefined) return;
      if (answer === 'ok') return admit(one);
      drop(symbol, one);
      if (one.isAdmitted) onLost(symbol, answer);
      else one.answer.resolve(answer);
    },
    close: async () => {
      clearInterval(timer);
      const members = [...wanted.keys()].map((symbol) => `${gateway} ${symbol}`);
      for (const { timeout } of wanted.values()) clearTimeout(timeout);
      wanted.clear();
      if (members.length > 0) await redis.zrem(names.demand, ...members).catch(() => undefined);
    },
  };
}
