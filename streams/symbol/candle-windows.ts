import { type OperatorFunction, pipe, type SchedulerLike } from 'rxjs';
import type { WindowGrid } from '../../models/calendar/window-grid.ts';
import { foldWindows, minutesToKeep } from '../../operators/candles/fold-windows.ts';
import { minuteWindows, type MinuteWindowsOptions } from '../../operators/candles/minutes/minute-windows.ts';
import type { Candle } from '../../schema/candle.ts';
import type { CandleEvent, MarketInput } from '../../schema/market-event.ts';
import type { Timeframe } from '../../schema/timeframe.ts';

export interface CandleWindowsOptions extends Pick<MinuteWindowsOptions, 'letInputFirst'> {
  readonly clock: SchedulerLike;
  /** Timeframes besides 1min. */
  readonly timeframes: readonly Timeframe[];
  readonly graceMs: number;
  readonly marketOf: (symbol: string) => { readonly isOpen: (time: number) => boolean };
  readonly gridOf: (symbol: string, timeframe: Timeframe) => WindowGrid;
  readonly lagOf: (symbol: string) => {
    readonly lag: () => number;
    readonly exceedsCap: () => boolean;
    readonly ahead: () => number;
  };
}

/** How far behind the newest tick one may still be on its way, ms: what an interruption loses reaches back so far. */
export const unsettledMs = (
  { graceMs, lagOf }: Pick<CandleWindowsOptions, 'graceMs' | 'lagOf'>,
  symbol: string,
): number => graceMs + Math.max(0, lagOf(symbol).lag());

/** Stored candles, oldest first. */
export interface RestoredCandles {
  readonly candles: ReadonlyMap<Timeframe, readonly Candle[]>;
  /** 1min candles that the forming window of the longest timeframe is folded from. */
  readonly minutes: readonly Candle[];
}

/** Builds one symbol's minutes, and every longer timeframe from them: in the server and in a replay. */
export function candleWindows(
  options: CandleWindowsOptions,
  symbol: string,
  { minutes, candles }: RestoredCandles,
  onLate: () => void = () => {},
): OperatorFunction<MarketInput, CandleEvent> {
  const { clock, timeframes, graceMs } = options;
  const { isOpen } = options.marketOf(symbol);
  const { lag, exceedsCap, ahead } = options.lagOf(symbol);
  const gridOf = (timeframe: Timeframe) => options.gridOf(symbol, timeframe);
  const wantFrom = Math.min(...timeframes.map((timeframe) => gridOf(timeframe).openOf(clock.now())));
  const retain = minutesToKeep(timeframes);
  // A late tick or a repair may still correct these candles: their revisions must be known.
  const reach = clock.now() - retain * 60_000;
  const longer = timeframes.flatMap((timeframe) => candles.get(timeframe) ?? []);
  const seed = [...minutes, ...longer.filter(({ closeTime }) => closeTime > reach)];
  return pipe(
    minuteWindows({
      symbol,
      clock,
      graceMs,
      lag,
      lagExceedsCap: exceedsCap,
      ahead,
      isOpen,
      restored: minutes,
      wantFrom,
      retain,
      onLate,
      ...(options.letInputFirst !== undefined && { letInputFirst: options.letInputFirst }),
    }),
    foldWindows({ symbol, clock, timeframes, gridOf, isOpen, seed }),
  );
}
