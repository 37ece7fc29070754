import type { FeedState } from '../../schema/market-event.ts';
import type { WatchedSymbol } from '../../schema/rest.ts';
import type { Tick } from '../../schema/tick.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { createInstruments, type Instruments } from '../../streams/provider/instruments.ts';
import { toProviderSymbol } from '../../streams/provider/provider-symbol.ts';
import type { Symbols } from '../../streams/symbol/symbols.ts';
import { describeHours, hoursWarningOf } from './hours/describe-hours.ts';
import { createHistoryDoubts, type HistoryDoubts } from './history-doubts.ts';
import type { HoursWarning } from './hours/hours-warning.ts';
import type { Markets } from '../markets.ts';

/** What the server knows of each symbol; `describe` is an entry of `/symbols`. */
export interface SymbolStatus {
  readonly lastTick: ReadonlyMap<string, Tick>;
  /** To be called for each accepted tick. */
  readonly observe: (tick: Tick) => void;
  /** To be called when the provider refuses a symbol that stays watched, because it is configured. */
  readonly refuse: (symbol: string, reason: string) => void;
  /** To be called when the provider serves it after all. */
  readonly accept: (symbol: string) => void;
  /** Symbols that the provider refuses, with its reason. */
  readonly refused: ReadonlyMap<string, string>;
  /** Symbols whose actor failed and is not running now, with the error. */
  readonly stopped: ReadonlyMap<string, string>;
  /** Why the candles of a symbol may be wrong. */
  readonly doubts: HistoryDoubts;
  readonly describe: (symbol: string) => WatchedSymbol;
  /** What is doubtful about its hours. */
  readonly hoursWarning: (symbol: string) => HoursWarning | undefined;
  /** The last price, while it is fresh. */
  readonly livePrice: (symbol: string) => number | undefined;
  readonly forget: (symbol: string) => void;
}

export interface SymbolStatusOptions {
  readonly now: () => number;
  /** Is it known what time it is in the market? With `CLOCK=feed` not before the first ticks. @default always */
  readonly isTimeKnown?: () => boolean;
  readonly markets: Markets;
  /** @default what can be told from the symbol's name alone */
  readonly instruments?: Pick<Instruments, 'of' | 'facts'>;
  readonly staleMs: number;
  readonly timeframes: readonly Timeframe[];
  /** Symbols of the configuration, which nobody can remove. */
  readonly pinned: ReadonlySet<string>;
  /** @default always */
  readonly isAnalysed?: (symbol: string) => boolean;
  readonly feedState: () => FeedState;
  /** The actors. */
  readonly symbols: Pick<Symbols, 'histories' | 'stopped'>;
}

export function createSymbolStatus(options: SymbolStatusOptions): SymbolStatus {
  const { now, markets, staleMs, feedState } = options;
  const { isTimeKnown = () => true, isAnalysed = () => true, instruments = createInstruments() } = options;
  const { stopped, histories } = options.symbols;
  const hours = { instruments, markets, now, isTimeKnown };
  const lastTick = new Map<string, Tick>();
  const refused = new Map<string, string>();
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

  return {
    lastTick,
    observe: (tick) => void lastTick.set(tick.symbol, tick),
    refuse: (symbol, reason) => void refused.set(symbol, reason),
    accept: (symbol) => void refused.delete(symbol),
    refused,
    stopped,
    doubts,
    describe: (symbol) => {
      const reason = refused.get(symbol) ?? stopped.get(symbol);
      const own = histories.get(symbol);
      const doubted = doubts.of(symbol);
      return {
        symbol,
        provider_symbol: toProviderSymbol(symbol),
        state: stateOf(symbol),
        ...(reason === undefined ? {} : { reason }),
        last: lastOf(lastTick.get(symbol)),
        ...describeHours(symbol, hours),
        timeframes: [...options.timeframes],
        pinned: options.pinned.has(symbol),
        analysed: isAnalysed(symbol),
        history: Object.fromEntries([...(own ?? [])].map(([timeframe, one]) => [timeframe, one.size])),
        ...(doubted === undefined ? {} : { history_doubts: doubted }),
      };
    },
    hoursWarning: (symbol) => hoursWarningOf(symbol, hours),
    livePrice: (symbol) => {
      const tick = lastTick.get(symbol);
      return isFresh(tick) ? tick.price : undefined;
    },
    forget: (symbol) => {
      lastTick.delete(symbol);
      refused.delete(symbol);
      doubts.forget(symbol);
    },
  };
}

function lastOf(tick: Tick | undefined): WatchedSymbol['last'] {
  if (tick === undefined) return null;
  const { price, eventTime, receivedTime, bid, ask } = tick;
  return {
    price,
    timestamp: eventTime,
    received_at: receivedTime,
    ...(bid === undefined ? {} : { bid }),
    ...(ask === undefined ? {} : { ask }),
  };
}
