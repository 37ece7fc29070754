import { WINDOW } from '../../models/decision/analyse.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import {
  learnBar,
  PROFILE_DAYS,
  type ProfileMemory,
  profileMemory,
  profileOf,
  type VolatilityProfile,
} from '../../models/volatility/volatility-profile.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';

/** Opens and closes of complete candles, oldest first. */
export interface Closes {
  readonly time: ArrayLike<number>;
  readonly close: ArrayLike<number>;
}

export interface ProfileBookOptions {
  /** The newest `limit` complete candles that open at or before `until`, Unix ms. */
  readonly read: (symbol: string, timeframe: Timeframe, until: number, limit: number) => Promise<Closes>;
  /** Histories read at a time: closes of many symbols come at once. @default 2 */
  readonly atOnce?: number;
  /** Symbols and timeframes remembered; the one asked for longest ago gives way. 1 kB each. @default 40000 */
  readonly most?: number;
  readonly onFailure?: (error: unknown, symbol: string, timeframe: Timeframe) => void;
}

export interface ProfileBook {
  /**
   * What is known of a symbol's hours at the end of a window, from bars no later than its last. Undefined where that is less than five
   * days, or the store does not answer: the next one asks again.
   */
  of(symbol: string, timeframe: Timeframe, window: CandleColumns): Promise<VolatilityProfile | undefined>;
  /** The symbol is followed no more. */
  forget(symbol: string): void;
}

const day = 86_400_000;
/** Longest history read: of short bars these are days enough. */
const mostBars = 9_000;
/** Where five days were not there, the store is asked again so much later, ms: a backfill may have brought them since. */
const againMs = 3_600_000;

/**
 * Keeps the time of day of each symbol's and timeframe's volatility. The first window asks the store for the history before it; later
 * ones bring their own new bars, O(1) a bar, and the store is asked again only after a gap longer than a window.
 */
export function createProfileBook(options: ProfileBookOptions): ProfileBook {
  const { read, atOnce = 2, most = 40_000, onFailure = () => {} } = options;
  const memories = new Map<string, Promise<Learned>>();
  const turns = createLine(atOnce);

  const learned = async (symbol: string, timeframe: Timeframe, until: number): Promise<Learned> => {
    const barMs = timeframeMs[timeframe];
    const limit = Math.min(mostBars, Math.ceil((PROFILE_DAYS * day) / barMs));
    const { time, close } = await turns(() => read(symbol, timeframe, until, limit));
    const memory = profileMemory(barMs);
    for (let i = 0; i < time.length; i++) learnBar(memory, time[i]!, close[i]!);
    return { memory, until };
  };

  const memoryOf = async (symbol: string, timeframe: Timeframe, { time }: CandleColumns) => {
    const key = `${symbol} ${timeframe}`;
    const last = time.at(-1)!;
    const known = memories.get(key);
    const before = await known;
    // A window older than what was learned since must not know of it, and is not what later ones go on from.
    if (before !== undefined && before.memory.last > last) return learned(symbol, timeframe, last);
    const isWhole = before !== undefined && before.memory.last >= time[0]! && !isYoung(before, last);
    // Another may have begun to read while this one waited.
    const current = memories.get(key);
    const reading = isWhole || current !== known ? current! : learned(symbol, timeframe, last);
    memories.delete(key);
    memories.set(key, reading);
    for (const oldest of memories.keys()) {
      if (memories.size <= most) break;
      memories.delete(oldest);
    }
    try {
      return await reading;
    } catch (error) {
      if (memories.get(key) === reading) memories.delete(key);
      throw error;
    }
  };

  return {
    async of(symbol, timeframe, window) {
      // Of a day there is no hour.
      if (timeframeMs[timeframe] >= day || window.time.length === 0) return undefined;
      try {
        const { memory } = await memoryOf(symbol, timeframe, window);
        learnColumns(memory, window);
        // A later window was quicker: this one asks for its own.
        if (memory.last > window.time.at(-1)!)
          return profileOf((await learned(symbol, timeframe, window.time.at(-1)!)).memory);
        return profileOf(memory);
      } catch (error) {
        onFailure(error, symbol, timeframe);
        return undefined;
      }
    },
    forget(symbol) {
      for (const key of memories.keys()) if (key.startsWith(`${symbol} `)) memories.delete(key);
    },
  };
}

interface Learned {
  readonly memory: ProfileMemory;
  /** The store was asked for what opens no later, Unix ms. */
  readonly until: number;
}

const isYoung = ({ memory, until }: Learned, now: number): boolean =>
  now - until >= againMs && profileOf(memory) === undefined;

/** What bars teach of the hours, oldest first; undefined where they are no more than the window that is analysed: 250 candles say the same to everybody. */
export function profileOfBars(
  bars: readonly { readonly openTime: number; readonly close: number }[],
  timeframe: Timeframe,
): VolatilityProfile | undefined {
  if (bars.length <= WINDOW) return undefined;
  const memory = profileMemory(timeframeMs[timeframe]);
  for (const { openTime, close } of bars) learnBar(memory, openTime, close);
  return profileOf(memory);
}

function learnColumns(memory: ProfileMemory, { time, close }: CandleColumns): void {
  let from = time.length;
  while (from > 0 && time[from - 1]! > memory.last) from--;
  // Nothing learned yet compares with nothing.
  if (Number.isNaN(memory.last)) from = 0;
  for (let t = from; t < time.length; t++) learnBar(memory, time[t]!, close[t]!);
}

/** Runs at most so many at a time, the others in their order. */
function createLine(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= atOnce) await new Promise<void>((go) => waiting.push(go));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
