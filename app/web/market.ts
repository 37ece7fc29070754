import type { CandlePage, HttpDeps } from '../../http/http-deps.ts';
import type { CalendarState } from '../../schema/calendar.ts';
import type { Candle } from '../../schema/candle.ts';
import type { Article, WatchedSymbol } from '../../schema/rest.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { SymbolInterestOptions } from '../../sinks/feeds/symbol-interest.ts';

/**
 * The market as those see it who answer clients, and what they ask of it: an ingest in this process, or one elsewhere that is
 * spoken to over Redis.
 */
export interface Market extends SymbolInterestOptions {
  /** Watched symbols, as `/symbols` tells them. */
  readonly symbols: () => readonly WatchedSymbol[];
  readonly isWatched: (symbol: string) => boolean;
  /** Is the symbol one that only posts speak of? */
  readonly isPosted: (symbol: string) => boolean;
  /** Closed candles of a watched symbol, oldest first. */
  readonly candles: (symbol: string, timeframe: Timeframe, limit: number) => Promise<readonly Candle[]>;
  /** Those that open before a time, Unix ms: the stored ones, then the provider's. */
  readonly candlesBefore: (
    symbol: string,
    timeframe: Timeframe,
    before: number,
    limit: number,
  ) => Promise<CandlePage>;
  /** Those of them that an analysis may begin with now: none while the symbol is being restored. */
  readonly analysable: (symbol: string, timeframe: Timeframe, limit: number) => Promise<readonly Candle[]>;
  /** What the provider lists under a text; see SearchSymbols. */
  readonly search: HttpDeps['searchSymbols'];
  readonly calendar: () => CalendarState;
  /** Undefined: no news service is configured. */
  readonly articles: () => readonly Article[] | undefined;
  readonly postCandles: HttpDeps['postCandles'];
  /** The strategies and assignments, as the ingest has them. */
  readonly strategies: HttpDeps['strategies'];
}
