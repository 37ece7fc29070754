import { describe, expect, it } from 'vitest';
import { windowGrid } from '../../../models/calendar/window-grid.ts';
import { foldWindows, type ManyMinutes, minutesToKeep } from '../../../operators/candles/fold-windows.ts';
import { minuteWindows } from '../../../operators/candles/minutes/minute-windows.ts';
import type { Bar } from '../../../schema/candle.ts';
import { pipe, Subject, VirtualTimeScheduler } from 'rxjs';
import { isMarketOpen } from '../../../models/calendar/market-hours.ts';
import { seededRandom } from '../../../models/random.ts';
import { ofBars } from '../../../operators/candles/candles-of-bars.ts';
import type { CandleEvent } from '../../../schema/market-event.ts';
import type { Timeframe } from '../../../schema/timeframe.ts';
import { operatorContract } from '../../operator-contract.ts';
import { marketScript, minute, monday, tickAt, tickInput } from './market-script.ts';

const fives = { timeframes: ['1min', '5min', '15min'] } as const;

operatorContract('foldWindows', {
  make: (clock) =>
    pipe(
      minuteWindows({ symbol: 'EURUSD', clock, graceMs: 1000 }),
      foldWindows({
        symbol: 'EURUSD',
        clock,
        timeframes: ['5min', '15min'],
        gridOf: (timeframe) => windowGrid(timeframe, { alignment: 'utc', assetClass: 'forex' }),
      }),
    ),
  inputs: Array.from({ length: 500 }, (_, i) => tickInput(tickAt(monday + i * 3100, 100 + ((i * 31) % 17)))),
  start: monday - 1000,
  at: (input) => (input.kind === 'tick' ? input.tick.receivedTime : NaN),
});

/** Ticks every 10 s of some minutes. */
function feedMinutes(market: ReturnType<typeof marketScript>, from: number, to: number) {
  for (let time = from; time < to; time += 10_000) market.tick(time, 100 + ((time / 10_000) % 13));
}

describe('foldWindows', () => {
  it('folds a window from its minutes and closes it with the last of them', () => {
    const market = marketScript(monday - minute, fives);
    feedMinutes(market, monday, monday + 5 * minute);
    expect(market.last('5min')).toHaveLength(0);
    market.wait(monday + 5 * minute + 1000);
    const minutes = market.last('1min').slice(-5);
    expect(market.last('5min')).toEqual([
      {
        ...minutes[0],
        timeframe: '5min',
        closeTime: monday + 5 * minute,
        high: Math.max(...minutes.map((candle) => candle.high)),
        low: Math.min(...minutes.map((candle) => candle.low)),
        close: minutes.at(-1)!.close,
        volume: 30,
        ticks: 30,
      },
    ]);
    expect(market.closed().at(-1)).toMatchObject({
      timely: true,
      candle: { timeframe: '5min', complete: true },
    });
  });

  it('closes on time where the last minutes have no tick', () => {
    const market = marketScript(monday - minute, fives);
    market.tick(monday + 10_000, 10);
    market.wait(monday + 5 * minute + 999);
    expect(market.last('5min')).toHaveLength(0);
    market.wait(monday + 5 * minute + 1000);
    expect(market.last('5min')).toMatchObject([{ complete: true, ticks: 1, longestSilenceMs: 290_000 }]);
    market.wait(monday + 15 * minute + 1000);
    expect(market.last('5min')).toHaveLength(1);
    expect(market.last('15min')).toMatchObject([{ complete: true, ticks: 1 }]);
  });

  it('emits the longest of one instant first', () => {
    const market = marketScript(monday - minute, fives);
    feedMinutes(market, monday, monday + 15 * minute);
    market.wait(monday + 16 * minute);
    const close = monday + 15 * minute;
    const order = market.closed().filter(({ candle }) => candle.closeTime === close);
    expect(order.map(({ candle }) => candle.timeframe)).toEqual(['1min', '15min', '5min']);
  });

  it('is incomplete where it starts in mid-window, until REST gives the earlier minutes', () => {
    const market = marketScript(monday + 2 * minute + 10_000, { ...fives, wantFrom: monday });
    feedMinutes(market, monday + 2 * minute + 20_000, monday + 5 * minute);
    market.wait(monday + 5 * minute + 1000);
    expect(market.last('5min')).toMatchObject([{ complete: false, revision: 0 }]);
    const bars = [0, 1, 2].map((i): Bar => ({
      openTime: monday + i * minute,
      open: 50,
      high: 60,
      low: 40,
      close: 55,
    }));
    market.wait(monday + 5 * minute + 20_000);
    market.send({ kind: 'minutes', from: monday, to: monday + 3 * minute, bars });
    expect(market.last('5min')).toMatchObject([
      { complete: true, revision: 1, source: 'mixed', volumeKind: 'mixed', open: 50, low: 40 },
    ]);
    expect(
      market
        .closed()
        .filter((event) => event.candle.timeframe === '5min')
        .map((event) => event.timely),
    ).toEqual([false, true]);
  });

  it('takes stored minutes for those that it missed', () => {
    const before = marketScript(monday - minute, fives);
    feedMinutes(before, monday, monday + 3 * minute);
    before.wait(monday + 3 * minute + 1000);
    const seed = before.last('1min').slice(-3);
    const market = marketScript(monday + 3 * minute + 1500, { ...fives, seed, restored: seed });
    market.tick(monday + 3 * minute + 2000, 100);
    market.wait(monday + 4 * minute + 2000);
    expect(market.repairs()).toMatchObject([{ from: monday + 3 * minute, to: monday + 4 * minute }]);
    market.tick(monday + 4 * minute + 3000, 100);
    const bars = [{ openTime: monday + 3 * minute, open: 100, high: 100, low: 100, close: 100 }];
    market.send({ kind: 'minutes', from: monday + 3 * minute, to: monday + 4 * minute, bars });
    market.wait(monday + 5 * minute + 1000);
    expect(market.last('5min')).toMatchObject([{ complete: true, revision: 0, open: seed[0]!.open }]);
  });

  it('emits a revision of a window, once, where REST corrects its minutes, and it is not timely', () => {
    const market = marketScript(monday - minute, fives);
    feedMinutes(market, monday, monday + 5 * minute);
    market.wait(monday + 5 * minute + 2000);
    const bars = Array.from({ length: 5 }, (_, i) => ({
      openTime: monday + i * minute,
      open: 100,
      high: 200 + i,
      low: 50,
      close: 100,
    }));
    market.send({ kind: 'minutes', from: monday, to: monday + 5 * minute, bars });
    const emitted = market.closed().filter((event) => event.candle.timeframe === '5min');
    expect(emitted.map((event) => [event.candle.revision, event.candle.high, event.timely])).toEqual([
      [0, 112, true],
      [1, 204, false],
    ]);
  });

  it('is not complete where the feed was away in a minute without ticks', () => {
    const market = marketScript(monday - minute, fives);
    feedMinutes(market, monday, monday + minute);
    market.wait(monday + 2 * minute + 10_000);
    market.send({ kind: 'interruption', from: monday + 2 * minute + 10_000, to: Infinity, reason: 'closed' });
    market.wait(monday + 3 * minute + 30_000);
    market.send({
      kind: 'interruption',
      from: monday + 2 * minute + 10_000,
      to: monday + 3 * minute + 30_000,
      reason: 'closed',
    });
    market.wait(monday + 5 * minute + 1000);
    expect(market.last('5min')).toMatchObject([{ complete: false }]);
    market.send({ kind: 'minutes', from: monday + 2 * minute, to: monday + 4 * minute, bars: [] });
    expect(market.last('5min')).toMatchObject([{ complete: true, revision: 1, source: 'ticks' }]);
  });

  it('wants no minutes of a closed market', () => {
    const friday = Date.parse('2026-01-09T20:00:00Z');
    const market = marketScript(friday - minute, { timeframes: ['4h'] });
    for (let at = friday; at < friday + 120 * minute; at += minute) market.tick(at, 10);
    market.wait(friday + 121 * minute);
    market.send({ kind: 'interruption', from: friday + 121 * minute, to: Infinity, reason: 'market closed' });
    market.wait(friday + 240 * minute + 1000);
    expect(market.last('4h')).toMatchObject([{ complete: true, ticks: 120 }]);
  });

  it('folds equities from the bell and leaves what is outside the session alone', () => {
    const bell = Date.parse('2026-01-05T14:30:00Z');
    const market = marketScript(bell - 20 * minute, { symbol: 'AAPL', timeframes: ['1h'] });
    for (let at = bell - 10 * minute; at < bell + 60 * minute; at += minute)
      market.tick(at, at < bell ? 1 : 10, { symbol: 'AAPL' });
    market.wait(bell + 61 * minute);
    expect(market.last('1h')).toMatchObject([{ openTime: bell, low: 10, complete: true, ticks: 60 }]);
  });

  it('shows the forming window with the closed minutes of it', () => {
    const market = marketScript(monday - minute, { ...fives, formingMs: 250 });
    market.tick(monday + 1000, 10);
    market.tick(monday + minute + 5000, 20);
    market.tick(monday + minute + 6000, 15);
    const forming = market.events.filter((event) => event.kind === 'forming');
    expect(forming.at(-1)?.candles).toMatchObject([
      { timeframe: '1min', openTime: monday + minute, open: 20, close: 15, ticks: 2, complete: true },
      { timeframe: '15min', openTime: monday, open: 10, high: 20, low: 10, close: 15, ticks: 3 },
      {
        timeframe: '5min',
        openTime: monday,
        open: 10,
        high: 20,
        low: 10,
        close: 15,
        ticks: 3,
        complete: true,
      },
    ]);
  });

  it('keeps the minutes of the longest window and an hour', () => {
    expect(minutesToKeep(['30min', '1h', '4h'])).toBe(300);
    expect(minutesToKeep(['1day'])).toBe(1560);
  });
});

describe('foldWindows of many minutes', () => {
  it('makes of them the candles that they make one by one, over gaps and closed hours', () => {
    const kinds = ['forex', 'crypto', 'new_york'] as const;
    for (const assetClass of kinds) {
      const random = seededRandom(3);
      const times = Array.from({ length: 6000 }, (_, i) => monday + 3 * 86_400_000 + i * minute);
      const time = Float64Array.from(times.filter((_, i) => random() < 0.9 && !(i > 900 && i < 1400)));
      const prices = () => Float64Array.from(time, () => 100 + random());
      const [open, high, low, close, volume] = [prices(), prices(), prices(), prices(), prices()];
      const minutes = { time, open, high, low, close, volume, volumeKind: 'traded' } as const;
      const folded = (feed: (events$: Subject<CandleEvent | ManyMinutes>) => void) => {
        const events$ = new Subject<CandleEvent | ManyMinutes>();
        const candles: CandleEvent[] = [];
        const gridOf = (timeframe: Timeframe) => windowGrid(timeframe, { alignment: 'utc', assetClass });
        const timeframes = ['5min', '1h', '4h'] as const;
        const isOpen = (at: number) => isMarketOpen(assetClass, at);
        events$
          .pipe(foldWindows({ symbol: 'X', clock: new VirtualTimeScheduler(), timeframes, gridOf, isOpen }))
          .subscribe((event) => {
            if (event.kind === 'candle' && event.candle.timeframe !== '1min') candles.push(event);
          });
        feed(events$);
        return candles;
      };
      const oneByOne = folded((events$) => {
        for (const [i, openTime] of time.entries()) {
          const before = i === 0 ? openTime : time[i - 1]! + minute;
          for (let at = before; at < openTime; at += minute) {
            events$.next({ kind: 'quiet', from: at, to: at + minute, heard: true });
            events$.next({ kind: 'decided', to: at + minute });
          }
          const ohlc = { open: open[i]!, high: high[i]!, low: low[i]!, close: close[i]!, volume: volume[i]! };
          const span = { symbol: 'X', timeframe: '1min', openTime, closeTime: openTime + minute } as const;
          const candle = { ...span, ...ohlc, volumeKind: 'traded', ...ofBars } as const;
          events$.next({ kind: 'candle', candle, timely: true });
          events$.next({ kind: 'decided', to: openTime + minute });
        }
      });
      const together = folded((events$) => {
        events$.next({ kind: 'many', minutes, from: 0, to: 2500 });
        events$.next({ kind: 'many', minutes, from: 2500, to: time.length });
      });
      expect(oneByOne.length, assetClass).toBeGreaterThan(150);
      expect(together, assetClass).toEqual(oneByOne);
    }
  });
});
