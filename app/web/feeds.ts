import { clientBudgets } from '../../sinks/feeds/client-budgets.ts';
import { feedLimits } from '../../sinks/feeds/feed-limits.ts';
import { frameTurns } from '../../sinks/feeds/frame-turns.ts';
import { createPriceFeed, type PriceFeed } from '../../sinks/feeds/price-feed.ts';
import { createSignalFeed, type SignalFeed } from '../../sinks/feeds/signal-feed.ts';
import { ownerOf } from '../../schema/strategies/assignment.ts';
import type { Unwatched } from '../../schema/symbol/watch-answer.ts';
import type { Analysis } from '../ingest/analysis.ts';
import type { Context } from '../context.ts';
import type { Market } from './market.ts';
import { postedSymbols } from './posted-symbols.ts';
import type { Store } from '../../store/open-store.ts';

export interface Feeds {
  readonly prices: PriceFeed;
  readonly signals: SignalFeed;
  /** Of the signal log, where the feed begins. */
  readonly offset: number;
  /** The provider does not send a symbol after all: whoever waits for it is told. */
  readonly lose: (lost: { symbol: string; why: Unwatched }) => void;
}

/** Both WebSocket feeds, with what newcomers get at once. */
export async function openFeeds(
  { config, log, metrics, steady, own, assignments }: Context,
  store: Pick<Store, 'log' | 'signals'>,
  { openSignals, isOpen }: Analysis,
  market: Pick<Market, 'watch' | 'release' | 'isPosted'>,
): Promise<Feeds> {
  // Signals of a symbol that only posts bring are nothing to ask of the provider; its prices are.
  const posted = postedSymbols();
  const isPosted = (symbol: string) => market.isPosted(symbol) || posted.has(symbol);
  /** Who has a symbol of the provider. It may be posted later: what was taken before is given back all the same. */
  const taken = new Map<string, Set<string>>();
  const postedToo = {
    watch: async (symbol: string, address: string) => {
      if (isPosted(symbol)) return 'ok' as const;
      const answer = await market.watch(symbol, address);
      if (answer === 'ok') taken.set(symbol, (taken.get(symbol) ?? new Set()).add(address));
      return answer;
    },
    release: (symbol: string, address: string) => {
      const addresses = taken.get(symbol);
      if (addresses?.delete(address) !== true) return;
      if (addresses.size === 0) taken.delete(symbol);
      market.release(symbol, address);
    },
  };
  const shared = {
    clock: steady,
    registry: metrics.registry,
    limits: { maxSubscriptions: config.MAX_SUBSCRIPTIONS },
    budgets: clientBudgets({
      limits: feedLimits,
      connectionsPerAddress: config.MAX_CONNECTIONS_PER_IP,
      now: () => steady.now(),
    }),
    turns: frameTurns(),
    onError: (error: unknown) => log.error({ err: error }, 'a feed failed'),
  };
  const { epoch, offset } = await store.log.position();
  const prices = own(createPriceFeed({ ...shared, watch: market.watch, release: market.release }));
  const feed = own(
    createSignalFeed({
      ...shared,
      ...postedToo,
      log: { head: { epoch, offset }, since: (after, limit) => store.log.since(after, limit) },
      assignments: assignments.modes,
    }),
  );
  const signals: SignalFeed = {
    ...feed,
    publish: (frame) => {
      if (frame.type === 'signal_update') posted.learn(frame.signal);
      feed.publish(frame);
    },
    remember: (last) => {
      posted.learn(last.signal);
      feed.remember(last);
    },
  };
  for (const signal of openSignals.values()) {
    const { symbol, timeframe, created_at } = signal;
    if (ownerOf(signal).mode === 'shadow') continue;
    signals.remember({ symbol, timeframe, signal, timestamp: created_at });
  }
  for (const decision of await store.signals.lastDecisions()) {
    const { symbol, timeframe, close_time } = decision;
    posted.learn(decision);
    const { assignment } = ownerOf(decision);
    // It is the last word of the assignment's mode of then: by now that may be a shadow, or nobody's.
    const mode = assignments.modes.get(assignment) ?? 'shadow';
    if (mode === 'shadow' || ownerOf(decision).mode === 'shadow' || isOpen(symbol, timeframe, assignment))
      continue;
    signals.remember({ symbol, timeframe, signal: decision, timestamp: close_time });
  }
  return {
    prices,
    signals,
    offset,
    lose: ({ symbol, why }) => {
      prices.expel(symbol, why);
      taken.delete(symbol);
      if (!isPosted(symbol)) signals.expel(symbol, why);
    },
  };
}
