import type { Candle } from '../../schema/candle.ts';
import type { MarketInput } from '../../schema/market-event.ts';
import type { Withheld } from '../../schema/signal-event.ts';
import type { Decision, Signal } from '../../schema/signal.ts';
import type { AnalysedClose } from '../analysis/analysed-close.ts';

/** The input of a symbol's signals: its market, and the analyses of its closes. */
export type SignalInput = MarketInput | AnalysedClose;

/** What was known of a symbol's signals at the last stop. */
export interface RestoredSignals {
  /** The open ones, and every one issued within the last day, whatever its state (twelve bars for longer timeframes). */
  readonly signals: readonly Signal[];
  /** Reversed signals whose levels are followed on. */
  readonly ghosts: readonly Signal[];
  /** The last decision of each timeframe. */
  readonly decisions: readonly Decision[];
  /** Open entries of the shadow ledger. */
  readonly withheld: readonly Withheld[];
  /** Stored 1min candles since the earliest of those began, oldest first. */
  readonly minutes: readonly Candle[];
}

/** A new server's memory. */
export const NOTHING_RESTORED: RestoredSignals = {
  signals: [],
  ghosts: [],
  decisions: [],
  withheld: [],
  minutes: [],
};
