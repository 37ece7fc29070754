import type { Redis } from 'ioredis';
import type { SymbolInterestOptions, Unwatched, WatchAnswer } from '../sinks/feeds/symbol-interest.ts';
import type { Names } from './names.ts';

export interface DemandOptions {
  readonly redis: Pick<Redis, 'eval' | 'zrem'>;
  readonly names: Pick<Names, 'demand' | 'demanded'>;
  /** Names this gateway. */
  readonly gateway: string;
  /** Symbols that are always watched: nobody needs to be asked. */
  readonly always: readonly string[];
  /** A symbol that was let in is watched no more. Nothing is owed for it. */
  readonly onLost: (symbol: string, why: Unwatched) => void;
  /** How long a gateway that has fallen silent counts, ms. @default 15_000 */
  readonly ttlMs?: number;
  /** How long the ingest's word is waited for before a symbol is let in on trust, ms. @default 7000 */
  readonly verdictWithinMs?: number;
}

export interface Demand extends SymbolInterestOptions {
  /** The ingest's word on a symbol. */
  readonly hear: (symbol: string, answer: WatchAnswer) => void;
  readonly close: () => Promise<void>;
}

/** Notes what a gateway wants, by Redis's own clock, and says so. */
const note = `
local time = redis.call('time')
local until_ = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
for i = 3, #ARGV do redis.call('zadd', KEYS[1], until_, ARGV[1] .. ' ' .. ARGV[i]) end
redis.call('publish', KEYS[2], '')
return until_`;

interface Wanted {
  references: number;
  isLetIn: boolean;
  readonly answer: PromiseWithResolvers<WatchAnswer>;
  readonly patience: NodeJS.Timeout;
}

/** What a gateway's clients want watched, told to the ingest through Redis for as long as they want it. */
export function createDemand(options: DemandOptions): Demand {
  const { redis, names, gateway, onLost, ttlMs = 15_000, verdictWithinMs = 7000 } = options;
  const always = new Set(options.always);
  const wanted = new Map<string, Wanted>();

  // What fails is noted with the next refreshment, what cannot be taken back is forgotten by its time.
  const want = (symbols: readonly string[]) => {
    if (symbols.length === 0) return;
    void redis.eval(note, 2, names.demand, names.demanded, gateway, ttlMs, ...symbols).catch(() => undefined);
  };
  const drop = (symbol: string, { patience }: Wanted) => {
    clearTimeout(patience);
    wanted.delete(symbol);
    void redis.zrem(names.demand, `${gateway} ${symbol}`).catch(() => undefined);
  };
  const timer = setInterval(() => want([...wanted.keys()]), ttlMs / 3);

  const ask = (symbol: string): Wanted => {
    const answer = Promise.withResolvers<WatchAnswer>();
    const one: Wanted = {
      references: 0,
      isLetIn: false,
      answer,
      patience: setTimeout(() => letIn(one), verdictWithinMs),
    };
    wanted.set(symbol, one);
    want([symbol]);
    return one;
  };
  const letIn = (one: Wanted) => {
    clearTimeout(one.patience);
    one.isLetIn = true;
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
    hear: (symbol, answer) => {
      const one = wanted.get(symbol);
      if (one === undefined) return;
      if (answer === 'ok') return letIn(one);
      drop(symbol, one);
      if (one.isLetIn) onLost(symbol, answer);
      else one.answer.resolve(answer);
    },
    close: async () => {
      clearInterval(timer);
      const members = [...wanted.keys()].map((symbol) => `${gateway} ${symbol}`);
      for (const { patience } of wanted.values()) clearTimeout(patience);
      wanted.clear();
      if (members.length > 0) await redis.zrem(names.demand, ...members).catch(() => undefined);
    },
  };
}
