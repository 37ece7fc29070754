import type { Store } from '../../store/open-store.ts';
import type { Analysis } from '../ingest/analysis.ts';
import type { Context } from '../context.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Market } from './market.ts';
import { listStrategies } from './list-strategies.ts';
import { createPostCandles } from '../ingest/post-candles.ts';
import { visitorsOf } from '../visitors.ts';
import { createSearchSymbols, refuseSearch } from './search-symbols.ts';

/** The market of this process's own ingest. */
export function localMarket(
  {
    config,
    log,
    steady,
    strategies,
    assignments,
  }: Pick<Context, 'config' | 'log' | 'steady' | 'strategies' | 'assignments'>,
  store: Pick<Store, 'candles' | 'signals'>,
  { analyserOf, states }: Analysis,
  { provider, news, symbols, posted, past, now }: Ingest,
): Market {
  const { watchList } = provider;
  const { status, histories, outside } = symbols;
  const { mayAsk } = visitorsOf(config);
  const { VISITORS_MAY_ADD } = config;
  const search = createSearchSymbols({
    find: provider.search.find,
    isWatched: (symbol) => watchList.current().has(symbol),
    now: () => steady.now(),
    onFailure: (error) => log.warn({ err: error }, 'a search for symbols failed'),
  });
  return {
    watch: async (symbol, address) =>
      mayAsk(symbol) ? watchList.watch(symbol, address) : 'symbol_not_offered',
    release: watchList.release,
    symbols: () => Array.from(watchList.current(), status.describe),
    isWatched: (symbol) => watchList.current().has(symbol),
    isPosted: outside.has,
    candles: async (symbol, timeframe, limit) => {
      const history = histories.get(symbol)?.get(timeframe);
      // The memory is ahead of the store by what the writer has in hand; the store reaches further back.
      const recent = history?.candles(limit) ?? [];
      if (history !== undefined && limit <= history.size) return recent;
      const stored = await store.candles.latest(symbol, timeframe, limit);
      const from = recent[0]?.openTime ?? Infinity;
      return [...stored.filter((candle) => candle.openTime < from), ...recent].slice(-limit);
    },
    candlesBefore: async (symbol, timeframe, before, limit) => {
      const stored = await store.candles.before(symbol, timeframe, before, limit);
      if (stored.length > 0) return { candles: stored, older: 'yes' };
      if (timeframe === '1min' && !config.TIMEFRAMES.includes('1min'))
        return { candles: [], older: 'none', reason: 'minutes are kept for seven days' };
      const end = await store.candles.first(symbol, timeframe);
      if (end === undefined) return { candles: [], older: 'later', reason: 'no candle is stored yet' };
      return past.before(symbol, timeframe, { before, end, limit });
    },
    analysable: async (symbol, timeframe, limit) =>
      histories.get(symbol)?.get(timeframe)?.candles(limit) ?? [],
    search: VISITORS_MAY_ADD === 'none' ? refuseSearch : search,
    calendar: () => news.calendar(),
    articles: () => news.articles(),
    postCandles: createPostCandles({
      analyserOf,
      assignmentsOf: assignments.of,
      post: symbols.tell,
      posted,
      now,
    }),
    strategies: () => listStrategies({ config, store, strategies, assignments, states }),
  };
}
