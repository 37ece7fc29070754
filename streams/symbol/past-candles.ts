import type { SchedulerLike } from 'rxjs';
import type { WindowGrid } from '../../models/calendar/window-grid.ts';
import { candlesOfBars } from '../../operators/candles/candles-of-bars.ts';
import type { Candle } from '../../schema/candle.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { abortableDelay } from '../provider/rest/abortable-delay.ts';
import type { RestBars } from '../provider/rest/ask-bars.ts';
import { restRetryDelay } from '../provider/rest/rest-retry-delay.ts';

export interface PastCandlesOptions {
  /** Requests bars that open before `to`, the newest `outputSize`, as one that leaves credits to all others. */
  readonly ask: (query: {
    readonly symbol: string;
    readonly interval: Timeframe;
    readonly to: number;
    readonly outputSize: number;
    readonly isSpare: true;
    readonly signal: AbortSignal;
  }) => Promise<RestBars>;
  readonly gridOf: (symbol: string, timeframe: Timeframe) => WindowGrid;
  readonly isProviderGrid: (symbol: string, timeframe: Timeframe) => boolean;
  readonly foldFrom: (symbol: string) => Timeframe;
  /** Monotonic, for time limits and delays. */
  readonly clock: SchedulerLike;
  /** How long a caller waits for the provider; its answer is kept for the next one, ms. @default 1500 */
  readonly patienceMs?: number;
  /** When a request that got no credit or answer is given up, ms. @default 90_000 */
  readonly timeoutMs?: number;
  /** Bars kept of one symbol and timeframe at most: it bounds the credits that looking at them can cost. @default 15_000 */
  readonly mostOfOne?: number;
  /** Bars kept altogether; those looked at longest ago give way. @default 90_000 */
  readonly most?: number;
}

/** Candles of the provider that are older than the stored ones. */
export interface PastCandles {
  /**
   * The newest `limit` that open before `before`, oldest first, none at or after `end`, where the stored ones begin. Both Unix ms. Costs
   * at most a credit a page of 2000 bars, once: pages are kept, and callers who ask for the same one share the request.
   */
  readonly before: (
    symbol: string,
    timeframe: Timeframe,
    at: { readonly before: number; readonly end: number; readonly limit: number },
  ) => Promise<Past>;
  /** Gives up what is being requested. */
  readonly close: () => void;
}

interface Past {
  readonly candles: readonly Candle[];
  /** Whether there are older ones than those; `later`: not known now, for the reason. */
  readonly older: 'yes' | 'none' | 'later';
  readonly reason?: string;
}

/** Known bars of one symbol and timeframe, without a hole from the first to `end`. */
interface Known {
  candles: readonly Candle[];
  isWhole: boolean;
  asking: Promise<void> | undefined;
  /** Why the last request failed, and until when nothing is asked again, ms of the clock. */
  failure: { readonly error: unknown; readonly until: number; readonly count: number } | undefined;
}

const pageBars = 2_000;

/**
 * Reads the provider's candles backwards from where the stored ones begin, page by page, and keeps them in memory: nothing of it enters
 * the store, since an analysis must not depend on who has looked at a chart.
 */
export function pastCandles(options: PastCandlesOptions): PastCandles {
  const { clock, patienceMs = 1_500, timeoutMs = 90_000, mostOfOne = 15_000, most = 90_000 } = options;
  const all = new Map<string, Known>();
  const closing = new AbortController();

  const knownOf = (key: string): Known => {
    const known = all.get(key) ?? { candles: [], isWhole: false, asking: undefined, failure: undefined };
    all.delete(key);
    all.set(key, known);
    return known;
  };
  const makeRoom = () => {
    let count = 0;
    for (const { candles } of all.values()) count += candles.length;
    for (const [key, { candles, asking }] of all) {
      if (count <= most) return;
      if (asking !== undefined || all.size === 1) continue;
      all.delete(key);
      count -= candles.length;
    }
  };

  const ask = async (known: Known, symbol: string, timeframe: Timeframe, end: number): Promise<void> => {
    const to = known.candles[0]?.openTime ?? end;
    try {
      const page = await within(timeoutMs, clock, closing.signal, (signal) =>
        askPage(options, { symbol, timeframe, to, signal }),
      );
      known.failure = undefined;
      if (page.length === 0) known.isWhole = true;
      known.candles = [...page, ...known.candles];
      makeRoom();
    } catch (error) {
      const count = (known.failure?.count ?? 0) + 1;
      known.failure = { error, count, until: clock.now() + restRetryDelay(error, count) };
    } finally {
      known.asking = undefined;
    }
  };

  return {
    before: async (symbol, timeframe, { before, end, limit }) => {
      const known = knownOf(`${symbol} ${timeframe}`);
      const found = () =>
        known.candles.filter(({ openTime }) => openTime < Math.min(before, end)).slice(-limit);
      const isShort =
        found().length === 0 && !known.isWhole && known.candles.length < mostOfOne && !isBarred(known, clock);
      // A page a question: nobody spends a minute's credits by one question about a distant year.
      if (isShort && !closing.signal.aborted) {
        known.asking ??= ask(known, symbol, timeframe, end);
        await Promise.race([known.asking, abortableDelay(patienceMs, clock, undefined)]);
      }
      return pastOf(found(), known, { mostOfOne, isBarred: isBarred(known, clock) });
    },
    close: () => closing.abort(new Error('the server stops')),
  };
}

const isBarred = ({ failure }: Known, clock: SchedulerLike) =>
  failure !== undefined && clock.now() < failure.until;

function pastOf(
  candles: readonly Candle[],
  known: Known,
  { mostOfOne, isBarred: barred }: { readonly mostOfOne: number; readonly isBarred: boolean },
): Past {
  const first = candles[0];
  if (first !== undefined && first !== known.candles[0]) return { candles, older: 'yes' };
  if (known.isWhole) return { candles, older: 'none', reason: 'the provider has no older ones' };
  if (known.candles.length >= mostOfOne)
    return {
      candles,
      older: 'none',
      reason: `the chart goes back ${mostOfOne} candles beyond the stored ones`,
    };
  if (first !== undefined) return { candles, older: 'yes' };
  if (!barred) {
    const reason = known.asking === undefined ? 'not read so far back yet' : 'the provider is being asked';
    return { candles, older: 'later', reason };
  }
  const { error } = known.failure!;
  return { candles, older: 'later', reason: error instanceof Error ? error.message : String(error) };
}

/** One page of candles that open before `to`, oldest first; empty: there are none. */
async function askPage(
  { ask, gridOf, isProviderGrid, foldFrom }: PastCandlesOptions,
  query: {
    readonly symbol: string;
    readonly timeframe: Timeframe;
    readonly to: number;
    readonly signal: AbortSignal;
  },
): Promise<Candle[]> {
  const { symbol, timeframe, to, signal } = query;
  const isFolded = !isProviderGrid(symbol, timeframe);
  const interval = isFolded ? foldFrom(symbol) : timeframe;
  const bars = await ask({ symbol, interval, to, outputSize: pageBars, isSpare: true, signal });
  const grid = gridOf(symbol, timeframe);
  const spoilt = new Set(bars.spoilt?.map((open) => grid.openOf(open)));
  const candles = candlesOfBars(bars, { symbol, timeframe, grid }).filter(({ openTime }) => openTime < to);
  for (const candle of candles) candle.complete = !spoilt.has(candle.openTime);
  // The page may begin in the middle of a longer window.
  const isCut = isFolded && candles.length > 1 && candles[0]!.openTime < bars[0]!.openTime;
  return isCut ? candles.slice(1) : candles;
}

/** The result of `work`, which is aborted after `ms` or with `outer`. */
async function within<T>(
  ms: number,
  clock: SchedulerLike,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const timer = clock.schedule(() => abort.abort(new Error('the provider has not answered yet')), ms);
  try {
    return await work(AbortSignal.any([abort.signal, outer]));
  } finally {
    timer.unsubscribe();
  }
}
