import { analyserSettings } from '../analyser-settings.ts';
import { concatMap, EMPTY, from, lastValueFrom, type Observable } from 'rxjs';
import { createExperienceBook } from '../../operators/analysis/experience-book.ts';
import { createProfileBook } from '../../operators/analysis/profile-book.ts';
import { createWindowAnalysers } from '../../operators/analysis/window-analysers.ts';
import { createLearningBook } from '../../operators/signals/outcomes/learning-book.ts';
import { createFeedLag, type FeedLag } from '../../operators/ticks/feed-lag.ts';
import { createSpreadBook } from '../../operators/ticks/spread-book.ts';
import type { Bar } from '../../schema/candle.ts';
import type { CalendarState } from '../../schema/calendar.ts';
import type { Tick } from '../../schema/tick.ts';
import { createFeedClock } from '../../streams/provider/feed-clock.ts';
import type { Interruption } from '../../streams/provider/interruptions.ts';
import { isTick, type Replayed } from '../../streams/recording/replay.ts';
import type { AnalysisPool } from '../../workers/analysis-pool.ts';
import type { Context } from '../context.ts';
import { deskOptions } from '../desk-options.ts';
import { horizonEndOf } from '../horizon-end-of.ts';
import { createPending } from './pending.ts';
import { teachOutcomes } from '../teach-outcomes.ts';
import { createTurns } from './turns.ts';
import { unknownCalendar } from './unknown-calendar.ts';
import { createWalkMemory, type WalkMemory } from './walk-memory.ts';
import { type RecordedSymbol, walkRecordedSymbol } from './walk-recorded-symbol.ts';

export interface WalkRecordingOptions {
  readonly pool: Pick<AnalysisPool, 'analyse'>;
  /** Does a start of the recording server begin its symbols anew, from memory? If not, they live on through it. @default true */
  readonly restarts?: boolean;
}

/** What came of a recording. */
export interface WalkedRecording {
  readonly symbols: ReadonlyMap<string, Pick<WalkMemory, 'signals' | 'decided'>>;
  /** Closes decided when the server decided them, and those of its decisions that came before their close, or without it. */
  readonly decided: number;
  readonly missed: number;
  /** The time at its end, Unix ms. */
  readonly to: number;
}

/**
 * Walks through what a server recorded by the operators of its actors: candle windows, analyses, gates, signals, ends and what those teach, every
 * symbol, on a clock that follows the server's. Each analysis meets the prices when it met them there. With the settings of that server,
 * the signals are the same.
 */
export async function walkRecording(
  context: Pick<Context, 'config' | 'markets' | 'instruments'>,
  lines$: Observable<Replayed>,
  { pool, restarts = true }: WalkRecordingOptions,
): Promise<WalkedRecording> {
  const walk = createRecordingWalk(context, pool, restarts);
  await lastValueFrom(
    lines$.pipe(
      concatMap((line) => {
        if (!isTick(line)) return from(walk.event(line)).pipe(concatMap(() => EMPTY));
        walk.tick(line);
        return walk.pending.size === 0 ? EMPTY : from(walk.pending.settled()).pipe(concatMap(() => EMPTY));
      }),
    ),
    { defaultValue: undefined },
  );
  return walk.end();
}

function createRecordingWalk(
  context: Pick<Context, 'config' | 'markets' | 'instruments'>,
  pool: Pick<AnalysisPool, 'analyse'>,
  restarts: boolean,
) {
  const { config, markets } = context;
  const isByTicks = config.CLOCK === 'feed';
  const feed = createFeedClock(0);
  const turns = createTurns();
  const pending = createPending();
  const learning = createLearningBook();
  const lives = new Map<string, RecordedSymbol>();
  const lags = new Map<string, FeedLag>();
  const memories = new Map<string, WalkMemory>();
  const failures: unknown[] = [];
  let calendar: CalendarState = unknownCalendar;
  let ongoing: Interruption | undefined;
  let [decided, missed] = [0, 0];
  let isLost = false;
  let awaySince = 0;
  /** Symbols that live on through a restart: they hear nothing before the server that began anew has begun them. */
  const awaited = new Set<string>();
  let listening: readonly string[] = [];

  const memoryOf = (symbol: string): WalkMemory => known(memories, symbol, createWalkMemory);
  const lagOf = (symbol: string): FeedLag => known(lags, symbol, createFeedLag);
  const begun = () => {
    const spreads = createSpreadBook();
    const profiles = createProfileBook({
      read: async (symbol, timeframe, until, limit) => {
        const candles = memoryOf(symbol).candles(timeframe);
        const read = candles.filter(({ complete, openTime }) => complete && openTime <= until).slice(-limit);
        return { time: read.map(({ openTime }) => openTime), close: read.map(({ close }) => close) };
      },
    });
    const experiences = createExperienceBook({
      horizonEnd: horizonEndOf(markets),
      jumpLimitsOf: markets.jumpLimitsOf,
    });
    for (const [symbol, memory] of memories)
      experiences.restore(symbol, memory.experience(), feed.clock.now());
    const { live } = createWindowAnalysers({
      analyse: pool.analyse,
      learning,
      spreads,
      profiles,
      experiences,
      ...analyserSettings({ config, markets }),
    });
    return { spreads, experiences, live };
  };
  /** What a server forgets when it ends. */
  let server = begun();

  const end = (symbol: string): void => {
    lives.get(symbol)?.end();
    lives.delete(symbol);
    awaited.delete(symbol);
  };
  const isHeard = (symbol: string): boolean => lives.has(symbol) && !awaited.has(symbol);
  const begin = (symbol: string): void => {
    const now = feed.clock.now();
    const living = restarts ? undefined : lives.get(symbol);
    if (living !== undefined) {
      awaited.delete(symbol);
      living.market(interrupted(awaySince, now + 1, 'the server was away'));
      if (ongoing !== undefined) living.market(ongoing);
      return;
    }
    end(symbol);
    const start = isByTicks ? interrupted(now, now + 1) : undefined;
    const outcomes = teachOutcomes(learning);
    const memory = memoryOf(symbol);
    server.experiences.restore(symbol, memory.experience(), now);
    for (const { signal } of memory.signals()) if (signal.status === 'open') outcomes.follow(signal);
    const life = walkRecordedSymbol(symbol, {
      clock: feed.clock,
      // Where ticks are the clock, analyses begin in the order of the clock, as in that server.
      ...(!isByTicks && { slices: turns.slices }),
      pending,
      timeframes: config.TIMEFRAMES,
      historySize: config.HISTORY_SIZE,
      graceMs: config.CANDLE_GRACE_MS,
      lagOf,
      marketOf: markets.of,
      gridOf: markets.gridOf,
      jumpLimitsOf: markets.jumpLimitsOf,
      desk: deskOptions(context, () => calendar),
      analyse: (columns, candle) => server.live.analyse(columns, candle),
      memory,
      ongoing: ongoing ?? start,
      onSignal: outcomes.hear,
      onFailure: (error) => void failures.push(error),
    });
    lives.set(symbol, life);
  };
  const tell = (interruption: Interruption): void => {
    for (const lag of lags.values()) lag.gap();
    for (const [symbol, { market }] of lives) if (isHeard(symbol)) market(interruption);
  };
  const advance = (time: number): void => {
    feed.advance(time);
    while (turns.run());
    for (const symbol of listening) if (!isHeard(symbol)) begin(symbol);
    listening = [];
  };
  const restart = (): void => {
    awaySince = feed.clock.now();
    // The spreads that its feed has shown are in nobody's store.
    server = begun();
    ongoing = undefined;
    isLost = false;
    if (restarts) {
      for (const symbol of lives.keys()) end(symbol);
      lags.clear();
      return;
    }
    // Before the clock moves on, or trades and minutes would end in time of which no price is known yet.
    for (const [symbol, { market }] of lives) {
      awaited.add(symbol);
      market(interrupted(awaySince, Infinity, 'the server is away'));
    }
  };

  return {
    pending,
    tick: (tick: Tick): void => {
      const before = feed.clock.now();
      advance(isByTicks ? tick.eventTime : tick.receivedTime);
      if (isLost) tell(ongoing ?? interrupted(before, feed.clock.now() + 1));
      isLost = false;
      if (!isByTicks) lagOf(tick.symbol).observe(tick);
      server.spreads.observe(tick);
      if (isHeard(tick.symbol)) lives.get(tick.symbol)!.market({ kind: 'tick', tick });
      while (turns.run());
    },
    event: async (line: Exclude<Replayed, Tick>): Promise<void> => {
      if ('at' in line) advance(line.at);
      if (line.kind === 'start') restart();
      else if (line.kind === 'started') begin(line.symbol);
      else if (line.kind === 'released') end(line.symbol);
      else if (line.kind === 'interruption') {
        const interruption = interrupted(line.from, line.to ?? Infinity, line.reason);
        ongoing = line.to === null ? interruption : undefined;
        tell(interruption);
      } else if (line.kind === 'minutes') {
        const { from, to, bars } = line;
        lives.get(line.symbol)?.market({ kind: 'minutes', from, to, bars: bars as readonly Bar[] });
      } else if (line.kind === 'backfilled') lives.get(line.symbol)?.backfilled(line);
      else if (line.kind === 'calendar') calendar = line;
      else if (line.kind === 'listening') listening = line.symbols;
      else if (line.kind === 'lost') isLost = true;
      else if (line.kind === 'decided') {
        const isDecided = await lives.get(line.symbol)?.due(line);
        if (isDecided === true) decided++;
        else missed++;
      }
      while (turns.run());
    },
    end: (): WalkedRecording => {
      for (const symbol of lives.keys()) end(symbol);
      if (failures.length > 0) throw failures[0];
      return { symbols: memories, decided, missed, to: feed.clock.now() };
    },
  };
}

function known<T>(all: Map<string, T>, symbol: string, make: () => T): T {
  const one = all.get(symbol) ?? make();
  all.set(symbol, one);
  return one;
}

const interrupted = (from: number, to: number, reason = 'lines are lost'): Interruption => ({
  kind: 'interruption',
  from,
  to,
  reason,
});
