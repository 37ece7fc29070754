import { delay, NEVER, of, Subject, throwError, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { analyseCloses, type AnalyseClosesOptions } from '../../../operators/analysis/analyse-closes.ts';
import type { CandleColumns } from '../../../models/candle-columns.ts';
import type { Candle } from '../../../schema/candle.ts';
import { anAssignment } from '../../support/assignments.ts';
import type { CandleEvent } from '../../../schema/market-event.ts';
import { type Timeframe, timeframeMs } from '../../../schema/timeframe.ts';
import { candleAt, candlesUntil, decisionOf, minute } from '../signals/signal-samples.ts';

const closed = (candle: Candle, timely = true): CandleEvent => ({
  kind: 'candle',
  candle,
  timely,
});
const closeAt = (closeTime: number, timeframe: Timeframe = '1min', change: Partial<Candle> = {}): Candle =>
  candleAt(closeTime - timeframeMs[timeframe], 100, { timeframe, ...change });
const verdict = (candle: Candle) => ({
  decision: decisionOf('WAIT', candle.closeTime),
  horizonBars: 24,
  cost: 0.01,
});

function run(change: Partial<AnalyseClosesOptions> = {}) {
  const clock = new TestScheduler(() => {});
  const source = new Subject<CandleEvent>();
  const started: string[] = [];
  const superseded: string[] = [];
  const failed: string[] = [];
  const out: string[] = [];
  const name = ({ timeframe, closeTime }: Pick<Candle, 'timeframe' | 'closeTime'>) =>
    `${timeframe}@${closeTime / minute}`;
  const subscription = source
    .pipe(
      analyseCloses({
        clock,
        timeframes: ['1min', '5min', '1h'],
        windowOf: (candle) => candlesUntil(candle.closeTime, 250, { timeframe: candle.timeframe }),
        analyse: (_columns, candle) => {
          started.push(name(candle));
          return of(verdict(candle)).pipe(delay(20, clock));
        },
        openMillis: (from, to) => to - from,
        onSuperseded: (candle) => superseded.push(name(candle)),
        onFailure: (error, candle) => failed.push(`${name(candle)} ${String(error)}`),
        ...change,
      }),
    )
    .subscribe({ next: (close) => out.push(name(close)), complete: () => out.push('complete') });
  return { clock, source, started, superseded, failed, out, subscription };
}

describe('analyseCloses', () => {
  it('gives who decides the candles of other timeframes that had closed by then, and to others none', () => {
    const asked: string[] = [];
    const given: unknown[] = [];
    const { source, clock } = run({
      assigned: () => [anAssignment('plain'), anAssignment('framed', { frames: { '1h': 2 } })],
      framesOf: (timeframe, closedBy, bars) => {
        asked.push(`${timeframe} by ${closedBy / minute}, ${bars}`);
        return candlesUntil(closedBy, bars, { timeframe });
      },
      analyse: (_columns, candle, _assignment, frames) => {
        given.push(Object.entries(frames ?? {}).map(([name, { time }]) => [name, [...time]]));
        return of(verdict(candle));
      },
    });
    source.next(closed(closeAt(120 * minute, '5min')));
    clock.flush();
    expect(asked).toEqual(['1h by 120, 2']);
    expect(given).toEqual([[], [['1h', [0, 60 * minute]]]]);
  });

  it('takes the closes of one instant longest timeframe first', () => {
    const { source, clock, started, out } = run();
    for (const timeframe of ['1min', '5min', '1h'] as const)
      source.next(closed(closeAt(60 * minute, timeframe)));
    clock.flush();
    expect(started).toEqual(['1h@60', '5min@60', '1min@60']);
    expect(out).toEqual(started);
  });

  it('judges a window by the market’s hours, less what is known not to have traded in its timeframe', () => {
    const hole = (close: number) => candlesUntil(close, 251).filter((_, i) => i !== 245);
    const qualityOf = (change: Partial<AnalyseClosesOptions>) => {
      const found: unknown[] = [];
      const clock = new TestScheduler(() => {});
      const source = new Subject<CandleEvent>();
      source
        .pipe(
          analyseCloses({
            clock,
            timeframes: ['1min'],
            windowOf: (candle) => hole(candle.closeTime),
            analyse: (_columns, candle) => of(verdict(candle)),
            openMillis: (from, to) => to - from,
            ...change,
          }),
        )
        .subscribe(({ quality }) => found.push(quality));
      source.next(closed(closeAt(1000 * minute)));
      clock.flush();
      return found;
    };
    expect(qualityOf({})).toMatchObject([{ bars: 250, recentMissing: 1 }]);
    const asked = new Set<string>();
    const tradedMillis = (timeframe: Timeframe, from: number, to: number) => {
      asked.add(timeframe);
      return to - from === minute ? 0 : to - from;
    };
    expect(qualityOf({ tradedMillis })).toMatchObject([{ bars: 250, recentMissing: 0 }]);
    expect([...asked]).toEqual(['1min']);
  });

  it('begins nothing once it has been left, however many closes had come at the instant', () => {
    const { source, clock, started, subscription } = run();
    for (const timeframe of ['1min', '5min'] as const) source.next(closed(closeAt(60 * minute, timeframe)));
    subscription.unsubscribe();
    clock.flush();
    expect(started).toEqual([]);
  });

  it('lets a close that was analysed later than a minute after it alert nobody', () => {
    const timely: boolean[] = [];
    for (const heldMs of [59_000, 61_000]) {
      const clock = new TestScheduler(() => {});
      clock.maxFrames = Infinity;
      const source = new Subject<CandleEvent>();
      source
        .pipe(
          analyseCloses({
            clock,
            timeframes: ['1h'],
            windowOf: (candle) => candlesUntil(candle.closeTime, 250, { timeframe: '1h' }),
            analyse: (_columns, candle) => of(verdict(candle)).pipe(delay(heldMs, clock)),
            openMillis: (from, to) => to - from,
          }),
        )
        .subscribe((close) => timely.push(close.timely));
      source.next(closed(closeAt(1, '1h')));
      clock.flush();
    }
    expect(timely).toEqual([true, false]);
  });

  it('keeps the newest waiting close of each timeframe and counts what gave way', () => {
    const { source, clock, out, superseded } = run();
    source.next(closed(closeAt(5 * minute, '5min')));
    clock.schedule(() => {
      for (const at of [6, 7, 8]) source.next(closed(closeAt(at * minute)));
    }, 10);
    clock.flush();
    expect(out).toEqual(['5min@5', '1min@8']);
    expect(superseded).toEqual(['1min@6', '1min@7']);
  });

  it('passes by what is forming, incomplete, short of history, not analysed here or analysed already', () => {
    const { source, clock, out } = run();
    source.next({ kind: 'forming', candles: [closeAt(9 * minute)], edges: { firstTick: 0, lastTick: 1 } });
    source.next(closed(closeAt(9 * minute, '1min', { complete: false })));
    source.next(closed(closeAt(15 * minute, '15min')));
    source.next({ kind: 'repair', from: 0, to: 1, notBefore: 2 });
    source.next(closed(closeAt(10 * minute)));
    source.next(closed(closeAt(10 * minute, '1min', { revision: 1 })));
    source.next(closed(closeAt(9 * minute, '1min', { revision: 1 })));
    clock.flush();
    expect(out).toEqual(['1min@10']);
    const short = run({ windowOf: (candle) => candlesUntil(candle.closeTime, 249) });
    short.source.next(closed(closeAt(10 * minute)));
    short.clock.flush();
    expect(short.out).toEqual([]);
  });

  it('analyses a close that became complete after it was not', () => {
    const { source, clock, out } = run();
    source.next(closed(closeAt(9 * minute, '1min', { complete: false })));
    source.next(closed(closeAt(9 * minute, '1min', { revision: 1, source: 'rest' }), false));
    clock.flush();
    expect(out).toEqual(['1min@9']);
  });

  it('analyses a close that comes again with the history it was short of, once', () => {
    let bars = 120;
    const { source, clock, out } = run({
      windowOf: (candle) => candlesUntil(candle.closeTime, bars, { timeframe: candle.timeframe }),
    });
    source.next(closed(closeAt(60 * minute, '1h')));
    clock.flush();
    expect(out).toEqual([]);
    bars = 250;
    for (let again = 0; again < 2; again++) {
      source.next(closed(closeAt(60 * minute, '1h')));
      clock.flush();
    }
    expect(out).toEqual(['1h@60']);
  });

  it('goes on after a failure, thrown or late', () => {
    const fail = [
      () => {
        throw new Error('at once');
      },
      () => throwError(() => new Error('late')),
    ];
    const { source, clock, out, failed } = run({
      analyse: (_columns, candle) => fail.shift()?.() ?? of(verdict(candle)),
    });
    for (const at of [1, 2, 3]) {
      clock.schedule(() => source.next(closed(closeAt(at * minute))), at);
    }
    clock.flush();
    expect(failed).toEqual(['1min@1 Error: at once', '1min@2 Error: late']);
    expect(out).toEqual(['1min@3']);
  });

  it('completes once the last analysis has', () => {
    const { source, clock, out } = run();
    source.next(closed(closeAt(minute)));
    source.complete();
    expect(out).toEqual([]);
    clock.flush();
    expect(out).toEqual(['1min@1', 'complete']);
  });

  it('leaves its source, its clock and its analysis when unsubscribed', () => {
    let left = 0;
    const { source, subscription, out, clock } = run({
      analyse: () => NEVER.pipe((inner) => timer(0, clock).pipe(() => inner)),
    });
    source.next(closed(closeAt(minute)));
    clock.flush();
    subscription.unsubscribe();
    left += Number(source.observed);
    clock.flush();
    expect([left, out]).toEqual([0, []]);
  });
});

describe('analyseCloses with several assignments', () => {
  const assigned = [anAssignment('one'), anAssignment('two'), anAssignment('long', { bars: 400 })];
  const decided = (change: Partial<AnalyseClosesOptions>) => {
    const windows: CandleColumns[] = [];
    const calls: string[] = [];
    const failures: string[] = [];
    const found = run({
      assigned: ({ timeframe }) => (timeframe === '5min' ? [] : assigned),
      windowOf: (candle) => candlesUntil(candle.closeTime, 400, { timeframe: candle.timeframe }),
      analyse: (columns, candle, assignment) => {
        windows.push(columns);
        calls.push(`${assignment!.id} ${candle.timeframe} ${columns.close.length}`);
        return of(verdict(candle)).pipe(delay(20, found.clock));
      },
      onFailure: (_error, _candle, assignment) => failures.push(assignment!.id),
      ...change,
    });
    return { ...found, windows, calls, failures };
  };

  it('lets each decide on the close, in their order, those of one length on the same copy', () => {
    const { source, clock, calls, windows, out } = decided({});
    source.next(closed(closeAt(minute)));
    clock.flush();
    expect(calls).toEqual(['one 1min 250', 'two 1min 250', 'long 1min 400']);
    expect(windows[0]).toBe(windows[1]);
    expect([...windows[2]!.close.subarray(150)]).toEqual([...windows[0]!.close]);
    expect(out).toEqual(['1min@1', '1min@1', '1min@1']);
  });

  it('leaves out whoever takes more candles than there are, and a timeframe that nobody is for', () => {
    const { source, clock, calls } = decided({
      windowOf: (candle) => candlesUntil(candle.closeTime, 300, { timeframe: candle.timeframe }),
    });
    source.next(closed(closeAt(5 * minute, '5min')));
    source.next(closed(closeAt(5 * minute)));
    clock.flush();
    expect(calls).toEqual(['one 1min 250', 'two 1min 250']);
  });

  it('goes on with the next where one fails', () => {
    const { source, clock, out, failures } = decided({
      analyse: (_columns, candle, assignment) => {
        if (assignment!.id === 'one') throw new Error('at once');
        return assignment!.id === 'two' ? throwError(() => new Error('late')) : of(verdict(candle));
      },
    });
    source.next(closed(closeAt(minute)));
    source.next(closed(closeAt(2 * minute, '1h')));
    clock.flush();
    expect(failures).toEqual(['one', 'two', 'one', 'two']);
    expect(out).toHaveLength(2);
  });
});
