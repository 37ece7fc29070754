import { asyncScheduler, map, Observable, type SchedulerLike } from 'rxjs';
import { windowGrid } from '../../models/calendar/window-grid.ts';
import { createFeedLag } from '../../operators/ticks/feed-lag.ts';
import { keepCandles } from '../../operators/candles/keep-candles.ts';
import { RollingHistory } from '../../operators/candles/rolling-history.ts';
import { tickQuality } from '../../operators/ticks/tick-quality.ts';
import type { Candle } from '../../schema/candle.ts';
import type { CandleEvent, MarketInput } from '../../schema/market-event.ts';
import type { Tick } from '../../schema/tick.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { candleWindows, type CandleWindowsOptions } from '../../streams/symbol/candle-windows.ts';
import { perSymbol, type Behavior } from '../../streams/symbol/per-symbol.ts';
import { seriesStart } from './tick-series.ts';

export const benchTimeframes: readonly Timeframe[] = ['30min', '1h', '4h'];

export const graceMs = 1000;
export const maxAheadMs = 1000;

/** Called with each candle, so that nobody can leave out making it. */
export type SeenCandle = (candle: Candle) => void;

/** Time that the series moves; timers are real ones, and never due in a run. */
export function seriesClock() {
  let now = seriesStart;
  const clock: SchedulerLike = {
    now: () => now,
    schedule: asyncScheduler.schedule.bind(asyncScheduler),
  };
  return { clock, set: (time: number) => (now = time) };
}

const nothingStored = { minutes: [], candles: new Map() };

/** What a symbol's actor does with ticks, up to the histories. */
function candleBehavior(clock: SchedulerLike): Behavior<Tick, CandleEvent> {
  return (ticks, symbol) => {
    const lag = createFeedLag();
    const windows: CandleWindowsOptions = {
      clock,
      timeframes: benchTimeframes,
      graceMs,
      marketOf: () => ({ isOpen: () => true }),
      gridOf: (_symbol, timeframe) => windowGrid(timeframe, { alignment: 'utc', assetClass: 'crypto' }),
      lagOf: () => lag,
    };
    const histories = new Map(
      benchTimeframes.map((timeframe) => [timeframe, new RollingHistory(symbol, timeframe, 250)]),
    );
    return ticks.pipe(
      map((tick): MarketInput => {
        lag.observe(tick);
        return { kind: 'tick', tick };
      }),
      candleWindows(windows, symbol, nothingStored),
      keepCandles(histories),
    );
  };
}

/** The whole way of ticks to candles. */
export function candlesOf(ticks$: Observable<Tick>, clock: SchedulerLike): Observable<CandleEvent> {
  return ticks$.pipe(
    tickQuality({ clock, maxAheadMs }),
    perSymbol(candleBehavior(clock), { symbolOf: (tick) => tick.symbol }),
  );
}

/** Plays ticks through the whole way; the number of candles. */
export function throughActor(ticks: readonly Tick[], seen: SeenCandle): number {
  const { clock, set } = seriesClock();
  let candles = 0;
  const feed$ = new Observable<Tick>((subscriber) => {
    for (const tick of ticks) {
      set(tick.receivedTime);
      subscriber.next(tick);
    }
  });
  const subscription = candlesOf(feed$, clock).subscribe((event) => {
    if (event.kind === 'candle') {
      candles++;
      seen(event.candle);
    } else if (event.kind === 'forming') {
      candles += event.candles.length;
      for (const candle of event.candles) seen(candle);
    }
  });
  subscription.unsubscribe();
  return candles;
}
