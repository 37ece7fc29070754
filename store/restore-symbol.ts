import type { Candle } from '../schema/candle.ts';
import type { Signal } from '../schema/signal.ts';
import type { Withheld } from '../schema/signal-event.ts';
import { type Timeframe, timeframeMs } from '../schema/timeframe.ts';
import type { Store } from './open-store.ts';

export interface RestoreQuery {
  readonly symbol: string;
  readonly timeframes: readonly Timeframe[];
  /** Closed candles a timeframe. */
  readonly historySize: number;
  /** Open of the forming window of the longest timeframe, Unix ms: minutes are wanted from here on. */
  readonly formingFrom: number;
  readonly now: number;
}

const day = 86_400_000;
/** How many windows back a history is looked for; see `windowsInReach` of models. */
const reachOf = (historySize: number) => historySize * 12 + 6_000;

/** All that a symbol's actor starts from. Candles oldest first; signals of the last day, or twelve bars, and all open ones. */
export async function restoreSymbol(store: Store, query: RestoreQuery) {
  const { symbol, timeframes, historySize, formingFrom, now } = query;
  const longest = Math.max(day, ...timeframes.map((timeframe) => 12 * timeframeMs[timeframe]));
  const [candles, empty, recent, open, ghosts, decisions, withheld] = await Promise.all([
    byTimeframe(timeframes, (timeframe) => store.candles.latest(symbol, timeframe, historySize)),
    byTimeframe(timeframes, async (timeframe) => {
      const from = now - reachOf(historySize) * timeframeMs[timeframe];
      return new Set(await store.candles.emptyIn(symbol, timeframe, from, now));
    }),
    store.signals.list({ symbol, since: { createdAt: now - longest }, limit: 500 }),
    store.signals.open(symbol),
    store.signals.ghosts(symbol),
    store.signals.lastDecisions(symbol),
    store.shadow.open(symbol),
  ]);
  const signals = new Map([...recent.signals, ...open].map((signal) => [signal.id, signal]));
  const followed: readonly (Signal | Withheld)[] = [...open, ...withheld];
  const followedFrom = Math.min(
    now,
    ...followed.map((one) => one.close_time),
    ...ghosts.map(({ close_time, outcome }) => outcome?.resolved_at ?? close_time),
  );
  return {
    candles,
    empty,
    minutes: await store.candles.range(symbol, '1min', formingFrom, now),
    signals: {
      signals: [...signals.values()],
      ghosts,
      decisions,
      withheld,
      minutes: (await store.candles.range(symbol, '1min', followedFrom, now)) satisfies Candle[],
    },
  };
}

async function byTimeframe<T>(
  timeframes: readonly Timeframe[],
  read: (timeframe: Timeframe) => Promise<T>,
): Promise<ReadonlyMap<Timeframe, T>> {
  return new Map(await Promise.all(timeframes.map(async (one) => [one, await read(one)] as const)));
}
