import type { Candle } from '../../schema/candle.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { Log } from '../../store/log.ts';
import type { Store } from '../../store/open-store.ts';
import type { Write } from './patient-write.ts';

/** Candles of one statement. */
const batch = 2000;

/** Candles and empty windows that wait for the database; of each candle only the highest revision. */
export interface CandleBuffer {
  readonly candle: (candle: Candle) => void;
  readonly empty: (symbol: string, timeframe: Timeframe, openTimes: readonly number[]) => void;
  /** Writes one batch. False where the database is away. */
  readonly flush: () => Promise<boolean>;
  readonly sizes: () => { candles: number; empties: number; dropped: number };
}

/** Holds at most `most` candles: drops the oldest, which REST supplies again after a restart. */
export function candleBuffer(options: {
  readonly store: Pick<Store, 'candles'>;
  readonly log: Log;
  readonly write: Write;
  readonly most: number;
}): CandleBuffer {
  const { store, log, write, most } = options;
  const candles = new Map<string, Candle>();
  const empties = new Map<string, { symbol: string; timeframe: Timeframe; openTimes: number[] }>();
  let dropped = 0;

  const add = (symbol: string, timeframe: Timeframe, openTimes: readonly number[]) => {
    const key = `${symbol} ${timeframe}`;
    const known = empties.get(key);
    if (known === undefined) empties.set(key, { symbol, timeframe, openTimes: [...openTimes] });
    else known.openTimes.push(...openTimes);
  };
  const flushCandles = async (): Promise<boolean> => {
    const part = [...candles].slice(0, batch);
    if (part.length === 0) return true;
    const taken = await write(
      async () => void (await store.candles.save(part.map(([, candle]) => candle))),
      (error) => log.error({ err: error, candles: part.length }, 'the database refuses candles'),
    );
    // A newer revision may have arrived meanwhile: it stays.
    if (taken) for (const [key, candle] of part) if (candles.get(key) === candle) candles.delete(key);
    return taken;
  };
  const flushEmpties = async (): Promise<boolean> => {
    for (const [key, { symbol, timeframe, openTimes }] of empties) {
      empties.delete(key);
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
      if (candles.size <= most) return;
      candles.delete(candles.keys().next().value!);
      dropped += 1;
      if (dropped === 1 || dropped % 1000 === 0)
        log.error(
          { droppedCandles: dropped },
          'too many candles wait for the database: the oldest are dropped',
        );
    },
    empty: (symbol, timeframe, openTimes) => {
      if (empties.size < most) add(symbol, timeframe, openTimes);
    },
    flush: async () => (await flushCandles()) && flushEmpties(),
    sizes: () => ({ candles: candles.size, empties: empties.size, dropped }),
  };
}
