import type { Candle } from '../../schema/candle.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { Log } from '../../store/log.ts';
import type { Store } from '../../store/open-store.ts';
import type { Recorded } from '../../store/record-events.ts';
import { candleBuffer } from './candle-buffer.ts';
import { causeQueue } from './cause-queue.ts';
import { patientWrite } from './patient-write.ts';

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
  /** Writes what still waits, for at most `patienceMs`, and stops. */
  close(patienceMs?: number): Promise<void>;
}

/** Buffered writes to the store: bounded buffers that survive an outage of the database, signals before candles. */
export function storeWriter(options: {
  store: Pick<Store, 'candles' | 'log' | 'record'>;
  log: Log;
  /** @default 20_000 */
  maxCandles?: number;
  /** @default 2000 */
  maxCauses?: number;
  /** Pause between tries while the database is away, ms. @default 300 */
  retryMs?: number;
}): StoreWriter {
  const { store, log, maxCandles = 20_000, maxCauses = 2000, retryMs = 300 } = options;
  const { write, away } = patientWrite(log);
  const causes = causeQueue({ store, log, write, most: maxCauses });
  const candles = candleBuffer({ store, log, write, most: maxCandles });
  let stopped = false;
  let wakeUp: (() => void) | undefined;

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
  const isIdle = () => {
    const waiting = state();
    return waiting.candles === 0 && waiting.causes === 0;
  };
  const wake = () => {
    wakeUp?.();
    wakeUp = undefined;
  };
  const sleep = (ms?: number) =>
    new Promise<void>((done) => {
      const timer = ms === undefined ? undefined : setTimeout(done, ms);
      wakeUp = () => {
        if (ms !== undefined && !stopped) return;
        clearTimeout(timer);
        done();
      };
    });

  const isStopped = () => stopped;
  const loop = async () => {
    while (!isStopped()) {
      const taken = (await causes.flush()) && (await candles.flush());
      if (!taken) await sleep(retryMs);
      else if (isIdle()) await sleep();
    }
  };
  const running = loop();

  return {
    candle(candle) {
      candles.candle(candle);
      wake();
    },
    empty(symbol, timeframe, openTimes) {
      candles.empty(symbol, timeframe, openTimes);
      wake();
    },
    record(events, channels, endChannels = []) {
      const recorded = causes.record(events, channels, endChannels);
      wake();
      return recorded;
    },
    settled: causes.settled,
    state,
    async close(patienceMs = 3000) {
      const end = performance.now() + patienceMs;
      while (!isIdle() && performance.now() < end) await new Promise((done) => setTimeout(done, 20));
      stopped = true;
      wake();
      await Promise.race([running, new Promise((done) => setTimeout(done, 1000).unref())]);
      causes.close();
      const lost = candles.sizes().candles;
      if (lost > 0) log.warn({ candles: lost }, 'candles that could not be written are lost');
    },
  };
}
