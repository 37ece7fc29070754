import type { Redis } from 'ioredis';
import type { SymbolInterestOptions, WatchAnswer } from '../sinks/feeds/symbol-interest.ts';
import type { Names } from './names.ts';
import type { RedisLink } from './redis-link.ts';

export interface ServeDemandOptions extends SymbolInterestOptions {
  readonly redis: Pick<Redis, 'eval'>;
  readonly link: Pick<RedisLink, 'listen'>;
  readonly names: Pick<Names, 'demand' | 'demanded'>;
  /** The word on a symbol, to every gateway. */
  readonly tell: (symbol: string, answer: WatchAnswer) => void;
  /** @default 1000 */
  readonly everyMs?: number;
}

export interface ServedDemand {
  /** The symbol was taken back: nothing is owed for it. */
  readonly lose: (symbol: string) => void;
  readonly close: () => void;
}

/** Forgets those whose time is over, and answers with the others. */
const read = `
local time = redis.call('time')
redis.call('zremrangebyscore', KEYS[1], '-inf', time[1] * 1000 + math.floor(time[2] / 1000))
return redis.call('zrange', KEYS[1], 0, -1)`;

/**
 * Holds one reference on each symbol that some gateway wants. Every gateway that begins to want one is told; a refusal is
 * said again each second until nobody wants the symbol, since a word may get lost.
 */
export function serveDemand(options: ServeDemandOptions): ServedDemand {
  const { redis, link, names, tell, watch, release, everyMs = 1000 } = options;
  /** Symbols asked for, and those among them that are held. */
  const asked = new Set<string>();
  const held = new Set<string>();
  /** Whom the present word was told. */
  let told = new Set<string>();
  let wanted: ReadonlySet<string> = new Set();
  let isOver = false;
  let isReading = false;
  let isStale = false;

  const ask = async (symbol: string) => {
    asked.add(symbol);
    const answer = await watch(symbol).catch((): WatchAnswer => 'symbol_limit');
    asked.delete(symbol);
    if (isOver) return;
    if (answer === 'ok' && !wanted.has(symbol)) release(symbol);
    else if (answer === 'ok') held.add(symbol);
    tell(symbol, answer);
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
    for (const symbol of wanted) if (!held.has(symbol) && !asked.has(symbol)) void ask(symbol);
    const answered = members.filter((member) => held.has(symbolOf(member)));
    for (const member of answered) if (!told.has(member)) tell(symbolOf(member), 'ok');
    told = new Set(answered);
  };
  const sync = async (): Promise<void> => {
    isStale = true;
    if (isReading || isOver) return;
    isReading = true;
    isStale = false;
    try {
      settle((await redis.eval(read, 1, names.demand)) as string[]);
    } catch {
      // Redis is away: what was wanted last still is.
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
