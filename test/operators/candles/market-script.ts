import { pipe, Subject, type SchedulerLike } from 'rxjs';
import { isMarketOpen } from '../../../models/calendar/market-hours.ts';
import { windowGrid } from '../../../models/calendar/window-grid.ts';
import { createFeedLag, type FeedLag } from '../../../operators/ticks/feed-lag.ts';
import { foldWindows, minutesToKeep } from '../../../operators/candles/fold-windows.ts';
import {
  minuteWindows,
  type MinuteWindowsOptions,
} from '../../../operators/candles/minutes/minute-windows.ts';
import { assetClassOf } from '../../../schema/symbol/instrument.ts';
import type { Candle } from '../../../schema/candle.ts';
import type { CandleEvent, MarketInput } from '../../../schema/market-event.ts';
import type { Tick } from '../../../schema/tick.ts';
import type { Timeframe } from '../../../schema/timeframe.ts';
import { createFeedClock } from '../../../streams/provider/feed-clock.ts';

export const minute = 60_000;

/** A Monday, 10:00 UTC. */
export const monday = Date.parse('2026-01-05T10:00:00Z');

export function tickAt(eventTime: number, price: number, extra: Partial<Tick> = {}): Tick {
  return { symbol: 'EURUSD', price, eventTime, receivedTime: eventTime, ...extra };
}

export const tickInput = (tick: Tick): MarketInput => ({ kind: 'tick', tick });

export interface ScriptOptions extends Partial<MinuteWindowsOptions> {
  readonly timeframes?: readonly Timeframe[];
  readonly seed?: readonly Candle[];
  readonly alignment?: 'utc' | 'newyork';
  readonly measured?: FeedLag;
}

/** One symbol's candles from minute-windows and fold-windows, on a clock that the test moves. */
export function marketScript(start: number, options: ScriptOptions = {}) {
  const feed = createFeedClock(start);
  const input = new Subject<MarketInput>();
  const events: CandleEvent[] = [];
  const subscription = input.pipe(candlesOf(feed.clock, options)).subscribe((event) => {
    events.push(event);
  });
  const closed = () => events.filter((event) => event.kind === 'candle');
  return {
    events,
    feed,
    /** Time passes until `time`, what is due then included. */
    wait: (time: number) => {
      feed.advance(time + 1);
    },
    tick: (eventTime: number, price: number, extra: Partial<Tick> = {}) => {
      feed.advance(extra.receivedTime ?? eventTime);
      options.measured?.observe(tickAt(eventTime, price, extra));
      input.next(tickInput(tickAt(eventTime, price, extra)));
    },
    send: (event: MarketInput) => {
      input.next(event);
    },
    end: () => {
      subscription.unsubscribe();
    },
    closed,
    /** The last revision of each closed candle of a timeframe, oldest first. */
    last: (timeframe: Timeframe): Candle[] => {
      const found = new Map<number, Candle>();
      for (const { candle } of closed())
        if (candle.timeframe === timeframe) found.set(candle.openTime, candle);
      return [...found.values()].sort((a, b) => a.openTime - b.openTime);
    },
    repairs: () => events.filter((event) => event.kind === 'repair'),
  };
}

function candlesOf(clock: SchedulerLike, options: ScriptOptions) {
  const {
    timeframes = [],
    seed = [],
    alignment = 'utc',
    measured = createFeedLag(),
    symbol = 'EURUSD',
  } = options;
  const assetClass = assetClassOf(symbol);
  const { isOpen = (time: number) => isMarketOpen(assetClass, time) } = options;
  const minutes = minuteWindows({
    symbol,
    clock,
    graceMs: 1000,
    formingMs: Infinity,
    isOpen,
    retain: minutesToKeep(timeframes),
    lag: measured.lag,
    lagExceedsCap: measured.exceedsCap,
    ahead: measured.ahead,
    ...options,
  });
  const folds = foldWindows({
    symbol,
    clock,
    timeframes,
    gridOf: (timeframe) => windowGrid(timeframe, { alignment, assetClass }),
    isOpen,
    seed,
  });
  return pipe(minutes, folds);
}
