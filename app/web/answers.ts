import type { Config } from '../../config.ts';
import { analyseWindow, type WindowAnalyser } from '../../operators/analysis/analyse-window.ts';
import { candleColumnsOf } from '../../operators/candles/candle-columns-of.ts';
import type { TaughtClose } from '../../operators/signals/outcomes/learning-book.ts';
import { profileOfBars } from '../../operators/analysis/profile-book.ts';
import { performanceReport } from '../../operators/signals/outcomes/performance-report.ts';
import type { Absent, HttpDeps } from '../../http/http-deps.ts';
import type { Signal } from '../../schema/signal.ts';
import { withMode } from '../../schema/query-fields.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import type { Store } from '../../store/open-store.ts';
import { busy } from '../ingest/busy.ts';
import type { Market } from './market.ts';
import { createSameMarkets } from './same-markets.ts';

const analysed = 250;

export interface AnswersOptions {
  readonly config: Config;
  readonly store: Store;
  readonly market: Pick<
    Market,
    'isWatched' | 'isPosted' | 'candles' | 'candlesBefore' | 'analysable' | 'strategies'
  >;
  /** Analyses requests: with what is known of a symbol, or for null with nothing but the candles. */
  readonly analyserOf: (close: TaughtClose | null) => WindowAnalyser;
}

/** What the routes ask of candles, analyses and signals. */
export function createAnswers(
  options: AnswersOptions,
): Pick<
  HttpDeps,
  | 'analyse'
  | 'analyseLive'
  | 'candles'
  | 'candlesBefore'
  | 'signals'
  | 'withheld'
  | 'performance'
  | 'trades'
  | 'strategies'
> {
  const { config, store, market, analyserOf } = options;
  const absent = (symbol: string, kept: boolean): Absent | undefined => {
    if (!market.isWatched(symbol)) return 'symbol_unknown';
    return kept ? undefined : 'timeframe_unknown';
  };
  const sameMarketsOf = createSameMarkets({ latest: (...query) => store.candles.latest(...query) });
  const isAnalysed = (timeframe: Timeframe) => config.TIMEFRAMES.includes(timeframe);

  /** Minutes are kept whether they are analysed or not. */
  const isKept = (timeframe: Timeframe) => timeframe === '1min' || isAnalysed(timeframe);

  /** Symbols of former days have signals still. */
  const isKnown = async (symbol: string) =>
    market.isWatched(symbol) || market.isPosted(symbol) || (await store.signals.knows(symbol));

  return {
    analyse: async ({ symbol, timeframe, candles }) => {
      const closeTime = candles.at(-1)!.openTime + timeframeMs[timeframe];
      const close = { symbol, timeframe, closeTime };
      const columns = candleColumnsOf(candles.slice(-analysed));
      const analyser = { ...analyserOf(null), profileOf: async () => profileOfBars(candles, timeframe) };
      return (await busy(analyseWindow(columns, close, analyser))).decision;
    },

    analyseLive: async (symbol, timeframe) => {
      const why = absent(symbol, isAnalysed(timeframe));
      if (why !== undefined) return why;
      const candles = await market.analysable(symbol, timeframe, analysed);
      const last = candles.at(-1);
      if (last === undefined || candles.length < analysed) return candles.length;
      const close = { symbol, timeframe, closeTime: last.closeTime };
      return (await busy(analyseWindow(candleColumnsOf(candles), close, analyserOf(close)))).decision;
    },

    candles: async (symbol, timeframe, limit) =>
      absent(symbol, isKept(timeframe)) ?? (await market.candles(symbol, timeframe, limit)),

    candlesBefore: async (symbol, timeframe, before, limit) =>
      absent(symbol, isKept(timeframe)) ?? (await market.candlesBefore(symbol, timeframe, before, limit)),

    signals: {
      list: async (query) => {
        const { symbol, limit } = query;
        const { signals } = await store.signals.list({ ...withMode(query), limit: limit + 1 });
        const isStray = signals.length === 0 && symbol !== undefined && !(await isKnown(symbol));
        return isStray ? 'symbol_unknown' : signals;
      },
      get: async (id) => (await store.signals.get(id)) ?? null,
    },

    withheld: async (query) => {
      const { symbol } = query;
      const found = await store.shadow.latest(withMode(query));
      const isStray = found.length === 0 && symbol !== undefined && !(await isKnown(symbol));
      return isStray ? 'symbol_unknown' : found;
    },

    performance: async (asked) => {
      const query = withMode(asked);
      const { symbol, timeframe, side, assignment, mode } = query;
      if (symbol !== undefined && !(await isKnown(symbol))) return 'symbol_unknown';
      const [resolved, open, withheld] = await Promise.all([
        store.signals.outcomes(query),
        store.signals.open(),
        store.shadow.resolved(query),
      ]);
      const fits = (one: Signal) =>
        (symbol === undefined || one.symbol === symbol) &&
        (timeframe === undefined || one.timeframe === timeframe) &&
        (side === undefined || one.signal_type === side) &&
        (assignment === undefined || one.assignment === assignment) &&
        (mode === 'all' || one.mode === mode);
      const { success: _, ...report } = performanceReport({
        query,
        resolved,
        open: open.filter(fits).length,
        withheld,
        sameMarket: await sameMarketsOf(
          byCount(resolved, (one) => one.symbol),
          timeframe ?? byCount(resolved, (one) => one.timeframe)[0] ?? '1h',
        ),
      });
      return report;
    },

    trades: async (query, limit) =>
      query.symbol !== undefined && !(await isKnown(query.symbol))
        ? 'symbol_unknown'
        : await store.signals.trades(withMode(query), limit),

    strategies: market.strategies,
  };
}

/** The different values, the most frequent first. */
function byCount<T, K extends string>(all: readonly T[], keyOf: (one: T) => K): K[] {
  const counts = new Map<K, number>();
  for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return [...counts.entries()].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([key]) => key);
}
