import { asyncScheduler, map, Subject, tap, type SchedulerLike } from 'rxjs';
import { windowGrid } from '../../models/window-grid.ts';
import { createFeedLag } from '../../operators/feed-lag.ts';
import { foldWindows, minutesToKeep } from '../../operators/fold-windows.ts';
import { minuteWindows } from '../../operators/minute-windows.ts';
import { createHistory } from '../../operators/rolling-history.ts';
import { tickQuality } from '../../operators/tick-quality.ts';
import type { Candle } from '../../schema/candle.ts';
import type { CandleEvent, MarketInput } from '../../schema/market-event.ts';
import type { Tick } from '../../schema/tick.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { perSymbol, type Behavior } from '../../streams/per-symbol.ts';
import { seriesStart } from './tick-series.ts';

export const benchTimeframes: readonly Timeframe[] = ['30min', '1h', '4h'];

/** Where candles go, so that nobody can leave out making them. */
export const sink: { last: Candle | undefined } = { last: undefined };

/** Time that the series moves; timers are real ones, and never due in a run. */
export function seriesClock() {
  let now = seriesStart;
  const clock: SchedulerLike = {
    now: () => now,
    schedule: asyncScheduler.schedule.bind(asyncScheduler),
  };
  return { clock, set: (time: number) => (now = time) };
}

/** What a symbol's actor does with ticks, up to the histories. */
export function candleBehavior(clock: SchedulerLike): Behavior<Tick, CandleEvent> {
  return (ticks, symbol) => {
    const lag = createFeedLag();
    const histories = new Map(
      benchTimeframes.map((timeframe) => [timeframe, createHistory(symbol, timeframe, 250)]),
    );
    return ticks.pipe(
      map((tick): MarketInput => {
        lag.observe(tick);
        return { kind: 'tick', tick };
      }),
      minuteWindows({
        symbol,
        clock,
        graceMs: 1000,
        lag: lag.lag,
        lagExceedsCap: lag.exceedsCap,
        ahead: lag.ahead,
        retain: minutesToKeep(benchTimeframes),
      }),
      foldWindows({
        symbol,
        clock,
        timeframes: benchTimeframes,
        gridOf: (timeframe) => windowGrid(timeframe, { alignment: 'utc', assetClass: 'crypto' }),
      }),
      tap((event) => {
        if (event.kind === 'candle' && event.closed)
          histories.get(event.candle.timeframe)?.push(event.candle);
      }),
    );
  };
}

/** Plays ticks through the whole way; the number of candles. */
export function throughActor(ticks: readonly Tick[]): number {
  const { clock, set } = seriesClock();
  const source = new Subject<Tick>();
  let candles = 0;
  const subscription = source
    .pipe(
      tickQuality({ clock, maxAheadMs: 1000 }),
      perSymbol(candleBehavior(clock), { symbolOf: (tick) => tick.symbol }),
    )
    .subscribe((event) => {
      if (event.kind !== 'candle') return;
      candles++;
      sink.last = event.candle;
    });
  for (const tick of ticks) {
    set(tick.receivedTime);
    source.next(tick);
  }
  subscription.unsubscribe();
  return candles;
}
