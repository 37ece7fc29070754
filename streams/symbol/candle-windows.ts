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
  restored: RestoredCandles,
  onLate: () => void = () => {},
): OperatorFunction<MarketInput, CandleEvent> {
  const { clock, timeframes, graceMs } = options;
  const { isOpen } = options.marketOf(symbol);
  const { lag, exceedsCap, ahead } = options.lagOf(symbol);
  const gridOf = (timeframe: Timeframe) => options.gridOf(symbol, timeframe);
  const wantFrom = Math.min(...timeframes.map((timeframe) => gridOf(timeframe).openOf(clock.now())));
  const retain = minutesToKeep(timeframes);
  const { minutes } = restored;
  const seed = seedOf(restored, timeframes, clock.now() - retain * 60_000);
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

/**
 * The minutes, and those longer candles that a late tick or a repair may still correct: their revisions must be known. A function of its
 * own, for what a closure of the windows' captures would be held as long as they are: 200 KB a symbol.
 */
function seedOf(
  { minutes, candles }: RestoredCandles,
  timeframes: readonly Timeframe[],
  reach: number,
): Candle[] {
  const longer = timeframes.flatMap((timeframe) => candles.get(timeframe) ?? []);
  return [...minutes, ...longer.filter(({ closeTime }) => closeTime > reach)];
}
