import type { Candle } from '../schema/candle.ts';
import type { SignalEvent } from '../schema/signal-event.ts';
import type { Timeframe } from '../schema/timeframe.ts';
import { isDatabaseAway } from '../store/database.ts';
import type { Log } from '../store/log.ts';
import type { Store } from '../store/open-store.ts';
import type { Recorded } from '../store/record-events.ts';

/** More causes wait for the database than may: the newest is refused. */
export class StoreBusyError extends Error {
  override name = 'StoreBusyError';
}

export interface WriterState {
  /** Candles and windows that wait for the database. */
  readonly candles: number;
  /** Causes of signal events that wait. */
  readonly causes: number;
  /** Candles given up because the buffer was full: REST gives them back after a restart. */
  readonly droppedCandles: number;
  /** Causes refused because too many waited. */
  readonly refusedCauses: number;
  /** Why the database did not take the last write, or undefined. */
  readonly away: string | undefined;
}

export interface StoreWriter {
  candle(candle: Candle): void;
  empty(symbol: string, timeframe: Timeframe, openTimes: readonly number[]): void;
  /**
   * Writes the events of one cause, in the order of the calls, as often as it takes. Resolves after the commit with what to
   * broadcast and queue. Rejects where the database refuses them, or with StoreBusyError.
   */
  record(events: readonly SignalEvent[], channels: readonly string[]): Promise<Recorded>;
  /** Resolves when every cause recorded before has been committed or refused. */
  settled(): Promise<void>;
  state(): WriterState;
  /** Writes what waits, for `patienceMs` at most, and stops. */
  close(patienceMs?: number): Promise<void>;
}

interface Cause {
  readonly events: readonly SignalEvent[];
  readonly channels: readonly string[];
  readonly resolve: (recorded: Recorded) => void;
  readonly reject: (error: unknown) => void;
}

/** Candles of one statement. */
const batch = 2000;

/**
 * The way into the store: a bounded buffer that outlives an outage of the database. It is the only writer of the signal
 * log, so that after a commit whose answer got lost it can tell its own frames.
 */
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
  const candles = new Map<string, Candle>();
  const empties = new Map<string, { symbol: string; timeframe: Timeframe; openTimes: number[] }>();
  const causes: Cause[] = [];
  let droppedCandles = 0;
  let refusedCauses = 0;
  let away: string | undefined;
  let stopped = false;
  let wakeUp: (() => void) | undefined;
  let lastOffset: number | undefined;

  const idle = () => candles.size === 0 && empties.size === 0 && causes.length === 0;
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

  /** False where the database is away and the write should be repeated. */
  const attempt = async (work: () => Promise<void>, refused: (error: unknown) => void): Promise<boolean> => {
    try {
      await work();
      if (away !== undefined) log.info('the database is back');
      away = undefined;
      return true;
    } catch (error) {
      if (!isDatabaseAway(error)) {
        refused(error);
        return true;
      }
      if (away === undefined) log.warn({ err: error }, 'the database is away: writes wait');
      away = (error as Error).message;
      return false;
    }
  };

  const writeCandles = async (): Promise<boolean> => {
    const part = [...candles].slice(0, batch);
    if (part.length === 0) return true;
    const taken = await attempt(
      async () => void (await store.candles.save(part.map(([, candle]) => candle))),
      (error) => log.error({ err: error, candles: part.length }, 'the database refuses candles'),
    );
    // A newer revision may have come meanwhile: it stays.
    if (taken) for (const [key, candle] of part) if (candles.get(key) === candle) candles.delete(key);
    return taken;
  };
  const writeEmpties = async (): Promise<boolean> => {
    for (const [key, { symbol, timeframe, openTimes }] of empties) {
      empties.delete(key);
      const taken = await attempt(
        () => store.candles.saveEmpty(symbol, timeframe, openTimes),
        (error) => log.error({ err: error }, 'the database refuses empty windows'),
      );
      if (taken) continue;
      merge(key, symbol, timeframe, openTimes);
      return false;
    }
    return true;
  };
  const merge = (key: string, symbol: string, timeframe: Timeframe, openTimes: readonly number[]) => {
    const known = empties.get(key);
    if (known === undefined) empties.set(key, { symbol, timeframe, openTimes: [...openTimes] });
    else known.openTimes.push(...openTimes);
  };

  let unsure = false;
  const writeCause = async (): Promise<boolean> => {
    const cause = causes[0];
    if (cause === undefined) return true;
    const taken = await attempt(
      async () => {
        lastOffset ??= (await store.log.position()).offset;
        const recorded = await (unsure
          ? recovered(cause, lastOffset)
          : store.record(cause.events, cause.channels));
        unsure = false;
        lastOffset = recorded.frames.at(-1)?.offset ?? lastOffset;
        cause.resolve(recorded);
      },
      (error) => {
        unsure = false;
        log.error({ err: error, events: cause.events }, 'the database refuses events');
        cause.reject(error);
      },
    );
    if (taken) causes.shift();
    else unsure = true;
    return taken;
  };
  /** The try before may have been committed although its answer got lost: then its frames are in the log. */
  const recovered = async (cause: Cause, offset: number): Promise<Recorded> => {
    const frames = await store.log.since(offset);
    if (frames.length === 0) return store.record(cause.events, cause.channels);
    const opened = frames.flatMap((frame) =>
      frame.type === 'signal_update' && 'id' in frame.signal ? [frame.signal] : [],
    );
    return { frames, opened };
  };

  const isStopped = () => stopped;
  const loop = async () => {
    while (!isStopped()) {
      const taken = (await writeCause()) && (await writeCandles()) && (await writeEmpties());
      if (!taken) await sleep(retryMs);
      else if (idle()) await sleep();
    }
  };
  const running = loop();

  const noMatter = () => undefined;
  let newest: Promise<unknown> = Promise.resolve();
  const record: StoreWriter['record'] = (events, channels) => {
    if (causes.length >= maxCauses) {
      refusedCauses += 1;
      log.error({ refusedCauses, events }, 'too many events wait for the database: refused');
      return Promise.reject(new StoreBusyError(`${causes.length} causes wait for the database`));
    }
    const cause = Promise.withResolvers<Recorded>();
    causes.push({ events, channels, ...cause });
    newest = cause.promise;
    wake();
    return cause.promise;
  };

  return {
    candle(candle) {
      const key = `${candle.symbol} ${candle.timeframe} ${candle.openTime}`;
      const waiting = candles.get(key);
      if (waiting !== undefined && waiting.revision > candle.revision) return;
      candles.set(key, candle);
      if (candles.size > maxCandles) {
        candles.delete(candles.keys().next().value!);
        droppedCandles += 1;
        if (droppedCandles === 1 || droppedCandles % 1000 === 0)
          log.error({ droppedCandles }, 'too many candles wait for the database: the oldest are dropped');
      }
      wake();
    },
    empty(symbol, timeframe, openTimes) {
      if (empties.size < maxCandles) merge(`${symbol} ${timeframe}`, symbol, timeframe, openTimes);
      wake();
    },
    record,
    // They are written in order: after the newest none is left.
    settled: () => newest.then(noMatter, noMatter),
    state: () => ({
      candles: candles.size + empties.size,
      causes: causes.length,
      droppedCandles,
      refusedCauses,
      away,
    }),
    async close(patienceMs = 3000) {
      const end = performance.now() + patienceMs;
      while (!idle() && performance.now() < end) await new Promise((done) => setTimeout(done, 20));
      stopped = true;
      wake();
      await Promise.race([running, new Promise((done) => setTimeout(done, 1000).unref())]);
      for (const { reject } of causes.splice(0)) reject(new StoreBusyError('the server stops'));
      if (candles.size > 0) log.warn({ candles: candles.size }, 'candles that could not be written are lost');
    },
  };
}
