import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Candle } from '../../schema/candle.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import type { Tick } from '../../schema/tick.ts';
import { minuteMs } from '../../schema/timeframe.ts';
import type { Market } from '../../simulator/market/market.ts';
import { createFeedClock, type FeedClock } from '../../streams/provider/feed-clock.ts';
import { toProviderSymbol } from '../../streams/provider/provider-symbol.ts';
import type { AnalysisPool } from '../../workers/analysis-pool.ts';
import type { Context } from '../context.ts';
import { deskOptions } from '../desk-options.ts';
import { type WalkAnalyser, walkAnalyser } from './walk-analyser.ts';
import { dayMs, walkPlan, type WalkPlanOptions } from './walk-plan.ts';
import { type SymbolWalk, walkSymbol } from './walk-symbol.ts';

/** What a walk has brought. Times Unix ms. */
export interface WalkedHistory {
  readonly from: number;
  readonly to: number;
  readonly candles: readonly Candle[];
  /** Events of one cause each, in the order of time. */
  readonly causes: readonly (readonly SignalEvent[])[];
  readonly analyses: number;
}

export interface WalkOptions extends Pick<WalkPlanOptions, 'now' | 'mostAnalyses'> {
  readonly market: Market;
  readonly pool: Pick<AnalysisPool, 'analyse'>;
  /** Has it taken too long? From then on candles and ends are walked to the end, and nothing more is analysed. @default never */
  readonly isLate?: () => boolean;
  /** Ends it where it is: the walk rejects with its reason. */
  readonly ending?: AbortSignal;
}

/** The week's calendar tells of the days to come: of those before, nothing is known. */
const unknownCalendar = { state: 'unknown', events: [] } as const;
/** Minutes between two turns of the event loop: a wish to stop is heard. */
const minutesATurn = 2_000;

/**
 * Walks the symbols of the demo through the past of its simulated market, minute by minute and side by side, on a clock of its own: the
 * candles, analyses, gates, signals and ends that a server would have had that had run then. Writes nothing.
 */
export async function walkHistory(
  context: Pick<Context, 'config' | 'markets' | 'instruments' | 'log'>,
  { market, pool, now, isLate = () => false, ending, ...bounds }: WalkOptions,
): Promise<WalkedHistory> {
  const { config, markets, log } = context;
  const symbols = config.SYMBOLS.filter((symbol) => market.listings.has(toProviderSymbol(symbol)));
  const { TIMEFRAMES: timeframes, HISTORY_SIZE: historySize } = config;
  const plan = walkPlan({
    ...bounds,
    now,
    symbols,
    timeframes,
    historySize,
    openMillis: (symbol, from, to) => markets.of(symbol).openMillis(from, to),
  });
  const fromOf = new Map(symbols.map((symbol) => [symbol, plan.from(symbol)]));
  const begin = Math.min(plan.to, ...fromOf.values());
  const feed = createFeedClock(begin);
  const turns = createTurns();
  const walks = new Map<string, SymbolWalk>();
  const analyser = walkAnalyser(context, pool, (symbol, timeframe) =>
    (walks.get(symbol)?.candles ?? []).filter((candle) => candle.timeframe === timeframe),
  );
  const first = Math.max(begin, Math.min(plan.to, ...plan.analysedFrom.values()));
  for (const symbol of symbols) {
    walks.set(
      symbol,
      walkSymbol(symbol, {
        clock: feed.clock,
        slices: turns.slices,
        timeframes,
        historySize,
        marketOf: markets.of,
        gridOf: markets.gridOf,
        jumpLimitsOf: markets.jumpLimitsOf,
        desk: deskOptions(context, () => unknownCalendar),
        isAnalysed: ({ timeframe, closeTime }) =>
          closeTime > (plan.analysedFrom.get(timeframe) ?? Infinity) && !isLate(),
        analyse: analyser.analyse,
        onFailure: (error, { symbol, timeframe, closeTime }) =>
          log.error({ err: error, symbol, timeframe, closeTime }, 'an analysis of simulated history failed'),
      }),
    );
  }
  const walking = { walks, fromOf, first, to: plan.to, feed, turns, analyser, ending };
  const causes = await step(context, market, walking).finally(() => {
    for (const walk of walks.values()) walk.end();
  });
  const candles = [...walks.values()].flatMap((walk) =>
    [...Map.groupBy(walk.candles, ({ timeframe }) => timeframe).values()].flatMap((all) =>
      all.filter(({ closeTime }, i) => i >= all.length - plan.kept || closeTime > plan.to - dayMs),
    ),
  );
  return { from: first, to: plan.to, candles, causes, analyses: analyser.count() };
}

interface Walking {
  readonly walks: ReadonlyMap<string, SymbolWalk>;
  /** First minute of each symbol, and the first that is analysed, Unix ms. */
  readonly fromOf: ReadonlyMap<string, number>;
  readonly first: number;
  readonly to: number;
  readonly feed: FeedClock;
  readonly turns: ReturnType<typeof createTurns>;
  readonly analyser: WalkAnalyser;
  readonly ending: AbortSignal | undefined;
}

/** Minute after minute: its prices, its close, and the analyses of that, until nobody has anything left to do. */
async function step(
  { config }: Pick<Context, 'config'>,
  market: Market,
  { walks, fromOf, first, to, feed, turns, analyser, ending }: Walking,
): Promise<(readonly SignalEvent[])[]> {
  const barsOf = new Map(
    fromOf.entries().map(([symbol, from]) => [symbol, minutesOf(market, symbol, from, to)]),
  );
  const causes: (readonly SignalEvent[])[] = [];
  for (let open = Math.min(to, ...fromOf.values()); open < to; open += minuteMs) {
    ending?.throwIfAborted();
    const isBefore = open < first;
    if (!isBefore) for (const [symbol, walk] of walks) walk.ticks(ticksOf(market, symbol, open));
    feed.advance(open + minuteMs + config.CANDLE_GRACE_MS);
    for (const [symbol, walk] of walks)
      if (open >= fromOf.get(symbol)!) walk.close(open, barsOf.get(symbol)!.get(open));
    if (isBefore) {
      if ((open / minuteMs) % minutesATurn === 0) await nextTurn();
      continue;
    }
    while (turns.run() || analyser.pending.size > 0) {
      await Promise.all(analyser.pending);
      await nextTurn();
    }
    // The events of one cause are gathered until here.
    await Promise.resolve();
    for (const walk of walks.values()) {
      for (const events of walk.taken()) {
        analyser.teach(events);
        causes.push(events);
      }
    }
  }
  return causes;
}

const minutesOf = (market: Market, symbol: string, from: number, to: number) =>
  new Map(market.minutes(toProviderSymbol(symbol), from, to).map((bar) => [bar.openTime, bar] as const));

const ticksOf = (market: Market, symbol: string, open: number): Tick[] =>
  market
    .turns(toProviderSymbol(symbol), open, open + minuteMs)
    .map(({ time, price }) => ({ symbol, price, eventTime: time, receivedTime: time }));

/** Work that waits until everybody's minute has closed. */
function createTurns() {
  let waiting = new Set<() => void>();
  return {
    slices: (work: () => void) => {
      waiting.add(work);
      return () => void waiting.delete(work);
    },
    /** Runs what waits. False where nothing did. */
    run: (): boolean => {
      const ready = waiting;
      waiting = new Set();
      for (const work of ready) work();
      return ready.size > 0;
    },
  };
}
