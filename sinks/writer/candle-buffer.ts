import type { Candle } from '../../schema/candle.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { Log } from '../../store/log.ts';
import type { Store } from '../../store/open-store.ts';
import { StaleTermError } from '../../store/term/check-term.ts';
import type { Write } from './patient-write.ts';

/** Candles of one statement. */
const batch = 2000;
/** Memory of a candle that waits, with its key and its place in the map; and of one window's time, bytes. */
const candleBytes = 512;
const windowBytes = 16;

/** Candles and empty windows that wait for the database; of each candle only the highest revision. */
export interface CandleBuffer {
  readonly candle: (candle: Candle) => void;
  readonly empty: (symbol: string, timeframe: Timeframe, openTimes: readonly number[]) => void;
  /** Writes one batch. False where the database is away. */
  readonly flush: () => Promise<boolean>;
  readonly sizes: () => { candles: number; empties: number; dropped: number };
}

interface EmptyWindows {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly openTimes: number[];
}

/** Holds at most `mostBytes`: drops the oldest candles, and then new windows, both of which REST supplies again after a restart. */
export function candleBuffer(options: {
  readonly store: Pick<Store, 'candles'>;
  readonly log: Log;
  readonly write: Write;
  readonly mostBytes: number;
}): CandleBuffer {
  const { store, log, write, mostBytes } = options;
  const candles = new Map<string, Candle>();
  const empties = new Map<string, EmptyWindows>();
  let windows = 0;
  let dropped = 0;

  const isFull = () => candles.size * candleBytes + windows * windowBytes > mostBytes;
  const drop = () => {
    dropped += 1;
    if (dropped === 1 || dropped % 1000 === 0)
      log.error(
        { droppedCandles: dropped },
        'too many candles wait for the database: the oldest are dropped',
      );
  };
  const add = (symbol: string, timeframe: Timeframe, openTimes: readonly number[]) => {
    const key = `${symbol} ${timeframe}`;
    const known = empties.get(key) ?? { symbol, timeframe, openTimes: [] };
    empties.set(key, known);
    for (const time of openTimes) known.openTimes.push(time);
    windows += openTimes.length;
  };
  /** Saves entries, and those that the database refuses with others by halves, until the one that it refuses is found. */
  const save = async (part: readonly [string, Candle][]): Promise<boolean> => {
    let refusal: unknown;
    const taken = await write(
      async () => void (await store.candles.save(part.map(([, candle]) => candle))),
      (error) => (refusal = error),
    );
    if (!taken) return false;
    const isHopeless = refusal instanceof StaleTermError;
    if (refusal !== undefined && !isHopeless && part.length > 1) {
      const middle = part.length >> 1;
      return (await save(part.slice(0, middle))) && save(part.slice(middle));
    }
    if (refusal !== undefined)
      log.error({ err: refusal, candles: part.length, candle: part[0]![1] }, 'the database refuses candles');
    // A newer revision may have arrived meanwhile: it stays.
    for (const [key, candle] of part) if (candles.get(key) === candle) candles.delete(key);
    return true;
  };
  const flushCandles = (): Promise<boolean> =>
    candles.size === 0 ? Promise.resolve(true) : save([...candles.entries().take(batch)]);
  const flushEmpties = async (): Promise<boolean> => {
    for (const [key, { symbol, timeframe, openTimes }] of empties) {
      empties.delete(key);
      windows -= openTimes.length;
      const taken = await write(
        () => store.candles.saveEmpty(symbol, timeframe, openTimes),
        (error) => log.error({ err: error }, 'the database refuses empty windows'),
      );
      if (taken) continue;
      add(symbol, timeframe, openTimes);
      return false;
    }
    return true;
  };

  return {
    candle: (candle) => {
      const key = `${candle.symbol} ${candle.timeframe} ${candle.openTime}`;
      const waiting = candles.get(key);
      if (waiting !== undefined && waiting.revision > candle.revision) return;
      candles.set(key, candle);
      if (!isFull()) return;
      candles.delete(candles.keys().next().value!);
      drop();
    },
    empty: (symbol, timeframe, openTimes) => {
      if (isFull()) drop();
      else add(symbol, timeframe, openTimes);
    },
    flush: async () => (await flushCandles()) && flushEmpties(),
    sizes: () => ({ candles: candles.size, empties: empties.size, dropped }),
  };
}
