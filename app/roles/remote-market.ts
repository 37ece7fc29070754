import { askCloses } from '../../cluster/closes.ts';
import { createDemand, type Demand } from '../../cluster/demand.ts';
import type { Snapshot } from '../../schema/cluster.ts';
import type { WatchedSymbol } from '../../schema/rest.ts';
import type { Unwatched } from '../../schema/symbol/watch-answer.ts';
import type { Store } from '../../store/open-store.ts';
import { Problem } from '../../http/problem.ts';
import type { Cluster } from '../cluster.ts';
import type { Context } from '../context.ts';
import { listStrategies } from '../web/list-strategies.ts';
import type { Market } from '../web/market.ts';

export interface RemoteMarket extends Market {
  /** The ingest's word on a symbol. */
  readonly onAnswer: Demand['onAnswer'];
}

/**
 * The market of an ingest elsewhere, as its last snapshot and the store know it. Without an ingest it stays as it was, without its
 * being live.
 */
export function remoteMarket(
  { config, own, strategies, assignments }: Context,
  { link, names, id, snapshots }: Cluster,
  store: Pick<Store, 'candles' | 'signals'>,
  onLost: (symbol: string, why: Unwatched) => void,
): RemoteMarket {
  const demand = own(
    createDemand({ redis: link.commands, names, gateway: id, always: config.SYMBOLS, onLost }),
  );
  const closes = own(askCloses({ link, names }));
  const always = new Set(config.SYMBOLS);
  let last: Snapshot | undefined = snapshots.current();
  snapshots.onRead((snapshot) => (last = snapshot ?? last));
  const askStrategies = shared(closes.strategies);
  const asKnown = (symbol: WatchedSymbol): WatchedSymbol =>
    snapshots.current() === undefined && symbol.state === 'live' ? { ...symbol, state: 'silent' } : symbol;

  return {
    watch: demand.watch,
    release: demand.release,
    onAnswer: demand.onAnswer,
    symbols: () => (last?.symbols ?? []).map(asKnown),
    isWatched: (symbol) => always.has(symbol) || last?.symbols.some((one) => one.symbol === symbol) === true,
    isPosted: (symbol) => last?.posted.includes(symbol) === true,
    candles: (symbol, timeframe, limit) => store.candles.latest(symbol, timeframe, limit),
    candlesBefore: async (symbol, timeframe, before, limit) => {
      const candles = await store.candles.before(symbol, timeframe, before, limit);
      return candles.length > 0
        ? { candles, older: 'yes' }
        : { candles, older: 'none', reason: 'no older ones are stored' };
    },
    analysable: (symbol, timeframe, limit) => store.candles.latest(symbol, timeframe, limit),
    // The ingest alone has the provider's key and counts its credits.
    search: () =>
      Promise.reject(
        new Problem(
          503,
          'search_unavailable',
          'a gateway cannot search: subscribe to the symbol by its name',
        ),
      ),
    calendar: () => last?.calendar ?? { state: 'unknown', events: [] },
    articles: () => last?.articles ?? undefined,
    postCandles: async (close) => {
      const reply = await closes.ask(close).catch((error: unknown) => {
        throw new Problem(503, 'undecided', (error as Error).message, { 'Retry-After': '5' });
      });
      if ('answer' in reply) return reply.answer;
      const { status, code, message, headers, fields } = reply.problem;
      throw new Problem(status, code, message, headers, fields);
    },
    strategies: async () => {
      const listed = (away: string) => listStrategies({ config, store, strategies, assignments, away });
      if (snapshots.current() === undefined) return listed(snapshots.problem() ?? 'no ingest answers');
      return askStrategies().catch((error: unknown) =>
        listed(`the ingest gives no answer: ${(error as Error).message}`),
      );
    },
  };
}

/** Asks once for all who ask meanwhile. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => (asked ??= ask().finally(() => (asked = undefined)));
}
