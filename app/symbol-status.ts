import type { FeedState } from '../schema/market-event.ts';
import { assetClassOf } from '../schema/instrument.ts';
import type { WatchedSymbol } from '../schema/rest.ts';
import type { Tick } from '../schema/tick.ts';
import type { Timeframe } from '../schema/timeframe.ts';
import type { Histories } from '../streams/symbol-histories.ts';
import { toProviderSymbol } from '../streams/provider-symbol.ts';
import type { Markets } from './markets.ts';

/** What the server knows of each symbol, as `/symbols` tells it. */
export interface SymbolStatus {
  readonly lastTick: Map<string, Tick>;
  readonly histories: ReadonlyMap<string, Histories>;
  /** A symbol's actor is restored. */
  readonly start: (symbol: string, histories: Histories) => void;
  /** Resolves when it is. */
  readonly started: (symbol: string) => Promise<void>;
  readonly refused: Map<string, string>;
  readonly stopped: Map<string, string>;
  readonly describe: (symbol: string) => WatchedSymbol;
  /** The last price, while it is fresh. */
  readonly livePrice: (symbol: string) => number | undefined;
  readonly forget: (symbol: string) => void;
}

export function createSymbolStatus(options: {
  readonly now: () => number;
  readonly markets: Markets;
  readonly staleMs: number;
  readonly timeframes: readonly Timeframe[];
  readonly pinned: ReadonlySet<string>;
  readonly feedState: () => FeedState;
}): SymbolStatus {
  const { now, markets, staleMs, timeframes, pinned, feedState } = options;
  const lastTick = new Map<string, Tick>();
  const histories = new Map<string, Histories>();
  const waiting = new Map<string, (() => void)[]>();
  const refused = new Map<string, string>();
  const stopped = new Map<string, string>();

  const isFresh = (tick: Tick | undefined): tick is Tick =>
    tick !== undefined && now() - tick.eventTime <= staleMs;
  const stateOf = (symbol: string): WatchedSymbol['state'] => {
    if (refused.has(symbol)) return 'refused';
    if (stopped.has(symbol)) return 'stopped';
    if (!markets.of(symbol).isOpen(now())) return 'closed_market';
    const tick = lastTick.get(symbol);
    if (isFresh(tick) && feedState() === 'live') return 'live';
    return tick === undefined ? 'pending' : 'silent';
  };

  return {
    lastTick,
    histories,
    refused,
    stopped,
    start: (symbol, own) => {
      histories.set(symbol, own);
      for (const done of waiting.get(symbol) ?? []) done();
      waiting.delete(symbol);
    },
    started: (symbol) => new Promise((done) => waiting.set(symbol, [...(waiting.get(symbol) ?? []), done])),
    describe: (symbol) => {
      const tick = lastTick.get(symbol);
      const reason = refused.get(symbol) ?? stopped.get(symbol);
      const own = histories.get(symbol);
      return {
        symbol,
        provider_symbol: toProviderSymbol(symbol),
        state: stateOf(symbol),
        ...(reason === undefined ? {} : { reason }),
        last:
          tick === undefined
            ? null
            : {
                price: tick.price,
                timestamp: tick.eventTime,
                received_at: tick.receivedTime,
                ...(tick.bid === undefined ? {} : { bid: tick.bid }),
                ...(tick.ask === undefined ? {} : { ask: tick.ask }),
              },
        asset_class: assetClassOf(symbol),
        timeframes: [...timeframes],
        pinned: pinned.has(symbol),
        history: Object.fromEntries([...(own ?? [])].map(([timeframe, one]) => [timeframe, one.size()])),
      };
    },
    livePrice: (symbol) => {
      const tick = lastTick.get(symbol);
      return isFresh(tick) ? tick.price : undefined;
    },
    forget: (symbol) => {
      lastTick.delete(symbol);
      histories.delete(symbol);
      refused.delete(symbol);
      stopped.delete(symbol);
    },
  };
}
