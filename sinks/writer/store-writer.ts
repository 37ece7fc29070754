import type { Candle } from '../../schema/candle.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { Log } from '../../store/log.ts';
import type { Store } from '../../store/open-store.ts';
import type { Recorded } from '../../store/record/cause.ts';
import { candleBuffer } from './candle-buffer.ts';
import { causeQueue } from './cause-queue.ts';
import { patientWrite } from './patient-write.ts';
import { writeLoop } from './write-loop.ts';

export interface WriterState {
  /** Candles and windows that wait for the database. */
  readonly candles: number;
  /** Causes of signal events that wait. */
  readonly causes: number;
  /** Candles dropped because the buffer was full: REST supplies them again after a restart. */
  readonly droppedCandles: number;
  /** Causes refused because too many waited. */
  readonly refusedCauses: number;
  /** Why the last write failed, or undefined. */
  readonly away: string | undefined;
}

export interface StoreWriter {
  candle(candle: Candle): void;
  empty(symbol: string, timeframe: Timeframe, openTimes: readonly number[]): void;
  /**
   * Writes the events of one cause, in the order of the calls, and retries until they are written. Resolves after the commit with what to
   * broadcast and queue. Rejects where the database refuses them, or with StoreBusyError.
   */
  record(
    events: readonly SignalEvent[],
    channels: readonly string[],
    endChannels?: readonly string[],
  ): Promise<Recorded>;
  /** Resolves when every cause recorded before has been committed or refused. */
  settled(): Promise<void>;
  state(): WriterState;
  /** Writes what still waits and stops, within `patienceMs`. */
  close(patienceMs?: number): Promise<void>;
}

const mebibyte = 2 ** 20;

/**
 * Buffered writes to the store: buffers bounded by bytes that survive an outage of the database. Signals and candles are written beside each
 * other: no signal waits for a batch of candles.
 */
export function storeWriter(options: {
  store: Pick<Store, 'candles' | 'log' | 'recordAll'>;
  log: Log;
  /** Memory of candles and windows that wait. @default 256 MiB: half a million candles */
  maxCandleBytes?: number;
  /** Memory of causes that wait. @default 256 MiB: 30,000 decisions */
  maxCauseBytes?: number;
  /** Pause between tries while the database is away, ms. @default 300 */
  retryMs?: number;
}): StoreWriter {
  const { store, log, retryMs = 300 } = options;
  const { maxCandleBytes = 256 * mebibyte, maxCauseBytes = 256 * mebibyte } = options;
  const { write, away } = patientWrite(log);
  const causes = causeQueue({ store, log, write, mostBytes: maxCauseBytes });
  const candles = candleBuffer({ store, log, write, mostBytes: maxCandleBytes });

  const state = (): WriterState => {
    const { waiting, refused } = causes.sizes();
    const buffered = candles.sizes();
    return {
      candles: buffered.candles + buffered.empties,
      causes: waiting,
      droppedCandles: buffered.dropped,
      refusedCauses: refused,
      away: away(),
    };
  };
  const haveCauses = () => causes.sizes().waiting > 0;
  const haveCandles = () => candles.sizes().candles + candles.sizes().empties > 0;
  const causeLoop = writeLoop({ flush: causes.flush, isIdle: () => !haveCauses(), retryMs });
  const candleLoop = writeLoop({ flush: candles.flush, isIdle: () => !haveCandles(), retryMs });

  return {
    candle(candle) {
      candles.candle(candle);
      candleLoop.wake();
    },
    empty(symbol, timeframe, openTimes) {
      candles.empty(symbol, timeframe, openTimes);
      candleLoop.wake();
    },
    record(events, channels, endChannels = []) {
      const recorded = causes.record({ events, channels, endChannels });
      causeLoop.wake();
      return recorded;
    },
    settled: causes.settled,
    state,
    async close(patienceMs = 3000) {
      const end = performance.now() + patienceMs;
      // Where a write hangs there is no use in waiting for it twice.
      const stopMs = patienceMs / 6;
      while ((haveCauses() || haveCandles()) && performance.now() < end - stopMs)
        await new Promise((done) => setTimeout(done, 20));
      await Promise.all([causeLoop.stop(stopMs), candleLoop.stop(stopMs)]);
      causes.close();
      const lost = candles.sizes().candles;
      if (lost > 0) log.warn({ candles: lost }, 'candles that could not be written are lost');
    },
  };
}
