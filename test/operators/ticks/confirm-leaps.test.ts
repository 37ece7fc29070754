import * as fc from 'fast-check';
import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { confirmLeaps, type ConfirmLeapsOptions } from '../../../operators/ticks/confirm-leaps.ts';
import type { Tick } from '../../../schema/tick.ts';
import { operatorContract } from '../../operator-contract.ts';
import { minute, monday, tickAt } from '../candles/market-script.ts';

const day = 1440 * minute;

/** Event times that pass and that are rejected, of ticks at these times. */
function confirmed(times: readonly number[], options: ConfirmLeapsOptions = {}) {
  const passed: number[] = [];
  const rejected: number[] = [];
  from(times.map((time) => tickAt(time, 1)))
    .pipe(confirmLeaps({ ...options, onReject: ({ eventTime }) => rejected.push(eventTime) }))
    .subscribe(({ eventTime }) => passed.push(eventTime));
  return { passed, rejected };
}

const of = (symbol: string, time: number): Tick => ({ ...tickAt(time, 1), symbol });
const usual = Array.from({ length: 10 }, (_, i) => monday + i * 1000);

operatorContract('confirmLeaps', {
  make: () => confirmLeaps(),
  inputs: [0, 1, 2, 5_000, 3, 900, 901, 902, 4, 903].map((s) => tickAt(monday + s * 1000, s)),
});

describe('confirmLeaps', () => {
  it('lets ticks pass that come in the course of time, and old ones', () => {
    const times = [...usual, monday - day, monday + 5 * minute, monday + 15 * minute];
    expect(confirmed(times)).toEqual({ passed: times, rejected: [] });
  });

  it('rejects a leap that time does not follow, were it the first tick', () => {
    for (const at of [0, 1, 5]) {
      const times = usual.toSpliced(at, 0, monday + 30 * day);
      expect(confirmed(times), `at ${at}`).toEqual({ passed: usual, rejected: [monday + 30 * day] });
    }
  });

  it('follows a leap that three instants show, and loses none of their ticks', () => {
    const times = [...usual, monday + day, monday + day, monday + day + 500, monday + day + 2000];
    expect(confirmed(times)).toEqual({ passed: times, rejected: [] });
    expect(confirmed(times.slice(0, -1)).passed).toEqual(usual);
  });

  it('takes no time for three, however often one tick repeats it', () => {
    const wrong = Array.from({ length: 5 }, () => monday + day);
    const times = [...usual, ...wrong, monday + 11_000];
    expect(confirmed(times)).toEqual({ passed: [...usual, monday + 11_000], rejected: wrong });
  });

  it('is not refuted by an old price, nor by wrong times further on', () => {
    const leap = [monday + day, monday + day + 1000, monday + day + 2000];
    expect(confirmed([...usual, leap[0]!, monday, ...leap.slice(1)]).rejected).toEqual([]);
    const { passed, rejected } = confirmed([...usual, monday + 900 * day, ...leap]);
    expect(passed).toEqual([...usual, ...leap]);
    expect(rejected).toEqual([monday + 900 * day]);
  });

  it('goes on with a market whose ticks are further apart than a leap, and with no wrong one among them', () => {
    const sparse = Array.from({ length: 6 }, (_, i) => monday + (i + 1) * 20 * minute);
    const wrong = monday + 30 * day;
    // The newest waits for the next: it may be the wrong one.
    expect(confirmed([...usual, ...sparse]).passed).toEqual([...usual, ...sparse.slice(0, 4)]);
    for (const at of [0, 1, 2, 3]) {
      const { passed, rejected } = confirmed([...usual, ...sparse.toSpliced(at, 0, wrong)]);
      expect(passed.slice(10), `at ${at}`).toEqual(sparse.slice(0, passed.length - 10));
      expect(passed.length, `at ${at}`).toBeGreaterThan(12);
      expect(rejected, `at ${at}`).toContain(wrong);
    }
  });

  it('goes on with several such symbols', () => {
    const ticks = Array.from({ length: 8 }, (_, i) =>
      of(i % 2 === 0 ? 'AAPL' : 'MSFT', monday + i * 20 * minute),
    );
    const passed: Tick[] = [];
    from(ticks)
      .pipe(confirmLeaps())
      .subscribe((tick) => passed.push(tick));
    expect(passed).toEqual(ticks.slice(0, 4));
  });

  it('takes last prices of long ago, one a symbol, for no course of time', () => {
    const last = [
      of('AAPL', monday - 9 * day),
      of('EURUSD', monday - 8 * day),
      of('XAUUSD', monday - 7 * day),
    ];
    const passed: number[] = [];
    from([...last, ...usual.map((time) => tickAt(time, 1))])
      .pipe(confirmLeaps())
      .subscribe(({ eventTime }) => passed.push(eventTime));
    expect(passed).toEqual(usual);
  });

  it('counts a leap for the symbol that showed it first, whoever ticks beside it', () => {
    const beside = ['MSFT', 'EURUSD', 'XAUUSD'];
    const leaps = beside.flatMap((symbol, i) => [
      of('AAPL', monday + (i + 1) * day),
      of(symbol, monday + (i + 1) * day + 1),
    ]);
    const passed: Tick[] = [];
    from([...usual.map((time) => of('AAPL', time)), ...leaps])
      .pipe(confirmLeaps())
      .subscribe((tick) => passed.push(tick));
    // The newest of the three waits for the next.
    expect(passed.slice(usual.length)).toEqual(leaps.slice(0, 4));
  });

  it('holds only so many', () => {
    const times = [...usual, ...Array.from({ length: 8 }, () => monday + day)];
    expect(confirmed(times, { mostHeld: 5 }).rejected).toHaveLength(8);
  });

  it('keeps every true tick, and no single wrong one that is a leap', () => {
    const wrong = fc.integer({ min: 1, max: 900 }).map((days) => days * day);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60_000), fc.option(wrong)), { minLength: 3 }), (steps) => {
        let now = monday;
        const truth: number[] = [];
        const times = steps.flatMap(([wait, odd], i) => {
          truth.push((now += wait + 1));
          // Apart from each other, so that no three agree.
          return odd === null ? [now] : [now + odd + i * 20 * minute, now];
        });
        const { passed, rejected } = confirmed(times);
        expect(passed).toEqual(truth);
        expect(rejected).toHaveLength(times.length - truth.length);
      }),
    );
  });
});

operatorContract<Tick, Tick>('confirmLeaps', {
  make: () => confirmLeaps(),
  inputs: [...usual, monday + day].map((time) => tickAt(time, 1)),
});
