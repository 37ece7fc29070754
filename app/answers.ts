import type { Config } from '../config.ts';
import { analysePosted } from '../operators/analyse-posted.ts';
import { analyseWindow, type WindowAnalyser } from '../operators/analyse-window.ts';
import type { AnalysedClose } from '../operators/analysed-close.ts';
import { candleColumnsOf } from '../operators/candle-columns-of.ts';
import { performanceReport } from '../operators/performance-report.ts';
import { type HttpDeps } from '../http/http-deps.ts';
import { Problem } from '../http/problem.ts';
import { type Timeframe, timeframeMs } from '../schema/timeframe.ts';
import type { Store } from '../store/open-store.ts';
import { Overloaded } from '../workers/analysis-pool.ts';
import { StoreBusyError } from '../sinks/cause-queue.ts';
import { type PostedCloses, UndecidedError } from './posted-closes.ts';
import { type SymbolStatus, SymbolUnavailableError } from './symbol-status.ts';

const analysed = 250;

export interface AnswersOptions {
  readonly config: Config;
  readonly store: Store;
  readonly status: SymbolStatus;
  readonly watched: () => ReadonlySet<string>;
  /** Is the symbol one that posts bring? */
  readonly isPosted: (symbol: string) => boolean;
  /** Analyses requests: with what is known of a symbol, or for null with nothing but the candles. */
  readonly analyserOf: (close: { symbol: string; timeframe: Timeframe } | null) => WindowAnalyser;
  /** Hands a posted close to its symbol's actor, which it starts where there is none. */
  readonly post: (close: AnalysedClose) => Promise<void>;
  readonly posted: PostedCloses;
}

/** What the routes ask of candles, analyses and signals. */
export function createAnswers(
  options: AnswersOptions,
): Pick<HttpDeps, 'analyse' | 'analyseLive' | 'postCandles' | 'candles' | 'signals' | 'performance'> {
  const { config, store, status, watched, isPosted, analyserOf, post, posted } = options;
  /** Null while the symbol is still being restored. */
  const historyOf = (symbol: string, timeframe: Timeframe) => {
    if (!watched().has(symbol)) return 'symbol_unknown';
    if (!config.TIMEFRAMES.includes(timeframe)) return 'timeframe_unknown';
    return status.histories.get(symbol)?.get(timeframe) ?? null;
  };

  /** Symbols of former days have signals still. */
  const isKnown = async (symbol: string) =>
    watched().has(symbol) || isPosted(symbol) || (await store.signals.knows(symbol));

  return {
    analyse: async ({ symbol, timeframe, candles }) => {
      const closeTime = candles.at(-1)!.openTime + timeframeMs[timeframe];
      const close = { symbol, timeframe, closeTime };
      return (await busy(analyseWindow(candleColumnsOf(candles), close, analyserOf(null)))).decision;
    },

    analyseLive: async (symbol, timeframe) => {
      const history = historyOf(symbol, timeframe);
      if (typeof history === 'string') return history;
      const [last] = history?.candles(1) ?? [];
      if (history === null || last === undefined || history.size < analysed) return history?.size ?? 0;
      const close = { symbol, timeframe, closeTime: last.closeTime };
      return (await busy(analyseWindow(history.columns(analysed), close, analyserOf(close)))).decision;
    },

    postCandles: async ({ symbol, timeframe, candles }) => {
      const close = await busy(analysePosted(symbol, timeframe, candles, analyserOf({ symbol, timeframe })));
      const { changed, repeated, signalId, events } = await busy(posted.decided(close, post));
      const own = events.find((event) => event.kind === 'decided');
      return {
        status: 'success',
        symbol,
        timeframe,
        received: candles.length,
        signal_changed: changed,
        repeated,
        signal_id: signalId,
        decision: own?.decision ?? close.decision,
      };
    },

    candles: async (symbol, timeframe, limit) => {
      const history =
        timeframe === '1min' && !config.TIMEFRAMES.includes('1min') ? null : historyOf(symbol, timeframe);
      if (typeof history === 'string') return history;
      if (!watched().has(symbol)) return 'symbol_unknown';
      // The memory is ahead of the store by what the writer has in hand; the store reaches further back.
      const recent = history?.candles(limit) ?? [];
      if (history !== null && limit <= history.size) return recent;
      const stored = await store.candles.latest(symbol, timeframe, limit);
      const from = recent[0]?.openTime ?? Infinity;
      return [...stored.filter((candle) => candle.openTime < from), ...recent].slice(-limit);
    },

    signals: {
      list: async ({ symbol, timeframe, status: state, limit, before, since }) => {
        const { signals } = await store.signals.list({
          symbol,
          timeframe,
          status: state,
          limit: limit + 1,
          before,
          since,
        });
        const isStray = signals.length === 0 && symbol !== undefined && !(await isKnown(symbol));
        return isStray ? 'symbol_unknown' : signals;
      },
      get: async (id) => (await store.signals.get(id)) ?? null,
    },

    performance: async (symbol, timeframe) => {
      if (symbol !== undefined && !(await isKnown(symbol))) return 'symbol_unknown';
      const [resolved, open, withheld] = await Promise.all([
        store.signals.resolved({ symbol, timeframe }),
        store.signals.open(),
        store.shadow.resolved(),
      ]);
      const fits = (one: { symbol: string; timeframe: Timeframe }) =>
        (symbol === undefined || one.symbol === symbol) &&
        (timeframe === undefined || one.timeframe === timeframe);
      const { success: _, ...report } = performanceReport({
        symbol: symbol ?? null,
        timeframe: timeframe ?? null,
        resolved: resolved.flatMap(({ confidence, outcome }) =>
          outcome === null ? [] : { confidence, outcome },
        ),
        open: open.filter(fits).length,
        withheld: withheld.filter(fits),
      });
      return report;
    },
  };
}

/** Seconds after which what could not be done now is worth another try. */
const retryAfter = { 'Retry-After': '5' };

/** Too much is asked for, or the database or a symbol stands still: said as HTTP says it. */
async function busy<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Overloaded)
      throw new Problem(503, 'overloaded', error.message, { 'Retry-After': String(error.retryAfter) });
    if (error instanceof StoreBusyError || error instanceof UndecidedError)
      throw new Problem(503, 'undecided', error.message, retryAfter);
    if (error instanceof SymbolUnavailableError)
      throw new Problem(503, error.code, error.message, retryAfter);
    throw error;
  }
}
