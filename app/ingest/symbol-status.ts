import type { FeedState } from '../../schema/market-event.ts';
import { partsOf } from '../../schema/symbol-parts.ts';
import type { WatchedSymbol } from '../../schema/rest.ts';
import type { Tick } from '../../schema/tick.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { createInstruments, type Instruments } from '../../streams/provider/instruments.ts';
import type { Histories } from '../../streams/symbol/symbol-histories.ts';
import { toProviderSymbol } from '../../streams/provider/provider-symbol.ts';
import { createHistoryDoubts, type HistoryDoubts } from './history-doubts.ts';
import { hoursWarning, type HoursWarning } from './hours-warning.ts';
import type { Markets } from '../markets.ts';

/** A symbol's actor cannot be told anything: it failed too often, was released meanwhile, or there is no room for it. */
export class SymbolUnavailableError extends Error {
  override readonly name = 'SymbolUnavailableError';
  readonly code: 'symbol_failed' | 'symbol_limit' | 'time_unknown';
  constructor(message: string, code: SymbolUnavailableError['code'] = 'symbol_failed') {
    super(message);
    this.code = code;
  }
}

/** What the server knows of each symbol, as `/symbols` tells it. */
export interface SymbolStatus {
  readonly lastTick: Map<string, Tick>;
  readonly histories: ReadonlyMap<string, Histories>;
  /** A symbol's actor is restored and listens. */
  readonly start: (symbol: string, histories: Histories) => void;
  readonly isRunning: (symbol: string) => boolean;
  /** Resolves when it is; rejects with SymbolUnavailableError where it stops or is forgotten instead. */
  readonly started: (symbol: string) => Promise<void>;
  /** It failed and will start again: what it is told now is lost. */
  readonly pause: (symbol: string) => void;
  /** It failed too often. */
  readonly stop: (symbol: string, reason: string) => void;
  readonly refused: Map<string, string>;
  readonly stopped: ReadonlyMap<string, string>;
  /** What is wrong with the candles of each. */
  readonly doubts: HistoryDoubts;
  readonly describe: (symbol: string) => WatchedSymbol;
  /** What is doubtful about its hours. */
  readonly hoursWarning: (symbol: string) => HoursWarning | undefined;
  /** The last price, while it is fresh. */
  readonly livePrice: (symbol: string) => number | undefined;
  readonly forget: (symbol: string) => void;
}

export function createSymbolStatus(options: {
  readonly now: () => number;
  /** @default always */
  readonly isTimeKnown?: () => boolean;
  readonly markets: Markets;
  /** @default what the symbols' text alone tells */
  readonly instruments?: Pick<Instruments, 'of' | 'facts'>;
  readonly staleMs: number;
  readonly timeframes: readonly Timeframe[];
  readonly pinned: ReadonlySet<string>;
  /** @default always */
  readonly isAnalysed?: (symbol: string) => boolean;
  readonly feedState: () => FeedState;
}): SymbolStatus {
  const { now, markets, staleMs, timeframes, pinned, feedState } = options;
  const { isTimeKnown = () => true, isAnalysed = () => true, instruments = createInstruments() } = options;
  const lastTick = new Map<string, Tick>();
  const histories = new Map<string, Histories>();
  const running = new Set<string>();
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  const refused = new Map<string, string>();
  const stopped = new Map<string, string>();
  const doubts = createHistoryDoubts();

  const isFresh = (tick: Tick | undefined): tick is Tick =>
    tick !== undefined && now() - tick.eventTime <= staleMs;
  const stateOf = (symbol: string): WatchedSymbol['state'] => {
    if (refused.has(symbol)) return 'refused';
    if (stopped.has(symbol)) return 'stopped';
    if (!isTimeKnown()) return 'pending';
    if (!markets.of(symbol).isOpen(now())) return 'closed_market';
    const tick = lastTick.get(symbol);
    if (isFresh(tick) && feedState() === 'live') return 'live';
    return tick === undefined ? 'pending' : 'silent';
  };

  const refuse = (symbol: string, why: string) => {
    running.delete(symbol);
    waiting.get(symbol)?.reject(new SymbolUnavailableError(`${symbol} ${why}`));
    waiting.delete(symbol);
  };

  const warningOf = (symbol: string) => {
    const { exchange, micCode } = instruments.facts(symbol);
    const name = exchange ?? micCode ?? partsOf(symbol).exchange;
    return isTimeKnown() ? hoursWarning(symbol, instruments.of(symbol), name, now()) : undefined;
  };
  const describeInstrument = (symbol: string) => {
    const { type, exchange, micCode, country, currency } = instruments.facts(symbol);
    const { assetClass, market, decidedBy } = instruments.of(symbol);
    const warning = warningOf(symbol)?.text;
    return {
      asset_class: assetClass,
      ...(type !== undefined && { type }),
      ...(exchange !== undefined && { exchange }),
      ...(micCode !== undefined && { mic_code: micCode }),
      ...(country !== undefined && { country }),
      ...(currency !== undefined && { currency }),
      hours: {
        market: market === 'crypto' ? 'always' : market,
        decided_by: decidedBy,
        open: isTimeKnown() && markets.isOpen(symbol, now()),
        ...(warning !== undefined && { warning }),
      },
    };
  };

  return {
    lastTick,
    histories,
    refused,
    stopped,
    doubts,
    start: (symbol, own) => {
      histories.set(symbol, own);
      running.add(symbol);
      waiting.get(symbol)?.resolve();
      waiting.delete(symbol);
    },
    isRunning: (symbol) => running.has(symbol),
    started: (symbol) => {
      if (running.has(symbol)) return Promise.resolve();
      const reason = stopped.get(symbol);
      if (reason !== undefined)
        return Promise.reject(new SymbolUnavailableError(`${symbol} stands still: ${reason}`));
      const waiter = waiting.get(symbol) ?? Promise.withResolvers<void>();
      waiting.set(symbol, waiter);
      return waiter.promise;
    },
    pause: (symbol) => void running.delete(symbol),
    stop: (symbol, reason) => {
      stopped.set(symbol, reason);
      refuse(symbol, `stands still: ${reason}`);
    },
    describe: (symbol) => {
      const tick = lastTick.get(symbol);
      const reason = refused.get(symbol) ?? stopped.get(symbol);
      const own = histories.get(symbol);
      const doubted = doubts.of(symbol);
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
        ...describeInstrument(symbol),
        timeframes: [...timeframes],
        pinned: pinned.has(symbol),
        analysed: isAnalysed(symbol),
        history: Object.fromEntries([...(own ?? [])].map(([timeframe, one]) => [timeframe, one.size])),
        ...(doubted === undefined ? {} : { history_doubts: doubted }),
      };
    },
    hoursWarning: warningOf,
    livePrice: (symbol) => {
      const tick = lastTick.get(symbol);
      return isFresh(tick) ? tick.price : undefined;
    },
    forget: (symbol) => {
      refuse(symbol, 'is watched no more');
      lastTick.delete(symbol);
      histories.delete(symbol);
      refused.delete(symbol);
      stopped.delete(symbol);
      doubts.forget(symbol);
    },
  };
}
