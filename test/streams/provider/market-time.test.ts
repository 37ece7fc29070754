import { NEVER, of, type SchedulerLike, Subject, type Subscription } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createLagBook } from '../../../operators/ticks/lag-book.ts';
import type { Tick } from '../../../schema/tick.ts';
import type { FeedEvent } from '../../../streams/provider/feed-event.ts';
import { feedTime } from '../../../streams/provider/feed-time.ts';
import type { Interruption } from '../../../streams/provider/interruptions.ts';
import type { MarketTime } from '../../../streams/provider/market-time.ts';
import { wallTime } from '../../../streams/provider/wall-time.ts';
import { ManualClock } from '../../manual-clock.ts';

const start = Date.UTC(2026, 0, 7, 12);
const day = 86_400_000;
const tick = (eventTime: number, symbol = 'BTCUSD'): Tick => ({
  symbol,
  price: 100,
  eventTime,
  receivedTime: eventTime + 250,
});

/** The machine's time, and what was observed of the feed by it. */
function wall(isFeedReal?: boolean) {
  const clock = new ManualClock(start);
  let stalledMs = 0;
  const steady: SchedulerLike = { now: () => clock.now() + stalledMs, schedule: clock.schedule.bind(clock) };
  const observed: Tick[] = [];
  const trusted = { steady, clock: steady, observe: (one: Tick) => void observed.push(one), set$: NEVER };
  const time = wallTime({ trusted, maxAheadMs: 500, ...(isFeedReal !== undefined && { isFeedReal }) });
  return { time, clock, observed, stall: (ms: number) => (stalledMs += ms) };
}

/** What becomes of ticks. */
function accept(time: MarketTime, ticks: readonly Tick[]) {
  const lags = createLagBook();
  const rejected: Tick[] = [];
  const accepted: Tick[] = [];
  const ticks$ = new Subject<Tick>();
  ticks$.pipe(time.accept(lags, (one) => rejected.push(one))).subscribe((one) => accepted.push(one));
  for (const one of ticks) ticks$.next(one);
  return { lags, rejected, accepted };
}

describe('wallTime', () => {
  it('is known from the start, lets every tick through and measures its lag', () => {
    const { time } = wall();
    const ticks = [0, 1, 2].map((s) => tick(start + s * 1_000));
    const { accepted, rejected, lags } = accept(time, ticks);
    expect([time.isKnown(), time.clock.now(), time.maxAheadMs]).toEqual([true, start, 500]);
    expect([accepted, rejected]).toEqual([ticks, []]);
    expect(lags.of('BTCUSD').lag()).toBe(250);
  });

  it('takes a real feed at its word on the time, and no simulated one', () => {
    for (const [isFeedReal, count] of [
      [undefined, 1],
      [true, 1],
      [false, 0],
    ] as const) {
      const { time, observed } = wall(isFeedReal);
      time.observe(tick(start));
      expect(observed).toHaveLength(count);
    }
  });

  it('misses what its own loop stalled for', async () => {
    const { time, clock, stall } = wall();
    const missed: Interruption[] = [];
    const running = time.unheard(NEVER).subscribe((one) => missed.push(one));
    await clock.advance(2_000, { realMs: 0 });
    stall(20_000);
    await clock.advance(2_000, { realMs: 0 });
    running.unsubscribe();
    expect(missed.map(({ from, to }) => [from - start, to - start])).toEqual([[2_000, 23_000]]);
    expect(time.missedAtStart()).toBeUndefined();
  });

  it('waits for no tick', () => {
    const got: number[] = [];
    wall()
      .time.onceKnown(of(1, 2), NEVER)
      .subscribe((one) => got.push(one));
    expect(got).toEqual([1, 2]);
  });
});

describe('feedTime', () => {
  it('is not known before the first ticks that confirm each other, and goes on with them', () => {
    const time = feedTime();
    expect([time.isKnown(), time.clock.now()]).toEqual([false, 0]);
    accept(time, [tick(start)]);
    expect(time.isKnown()).toBe(false);
    accept(
      time,
      [0, 1, 2].map((s) => tick(start + s * 1_000)),
    );
    expect([time.isKnown(), time.clock.now()]).toEqual([true, start + 2_000]);
  });

  it('rejects a time that nothing confirms, and measures no lag', () => {
    const good = [0, 1, 2, 3].map((s) => tick(start + s * 1_000));
    const broken = tick(start + 30 * day);
    const time = feedTime();
    const { accepted, rejected, lags } = accept(time, [...good.slice(0, 3), broken, good[3]!]);
    expect([accepted, rejected]).toEqual([good, [broken]]);
    expect(time.clock.now()).toBe(start + 3_000);
    expect(lags.entries()).toEqual([]);
  });

  it('has not heard what else came at the instant it stands on', () => {
    const time = feedTime();
    accept(
      time,
      [0, 1, 2].map((s) => tick(start + s * 1_000)),
    );
    expect(time.missedAtStart()).toMatchObject({ from: start + 2_000, to: start + 2_001 });
  });

  it('dates what was not heard by the ticks, and stands while no tick comes', () => {
    const time = feedTime();
    const heard$ = new Subject<FeedEvent>();
    const missed: Interruption[] = [];
    const running: Subscription = time.unheard(heard$).subscribe((one) => missed.push(one));
    heard$.next({ kind: 'state', state: 'live', at: 1 });
    for (const s of [0, 1]) heard$.next({ kind: 'tick', tick: tick(start + s * 1_000) });
    running.unsubscribe();
    expect(missed.map(({ from, to }) => [from - start, to - start])).toEqual([
      [0, Infinity],
      [0, 1_001],
    ]);
  });

  it('holds a source back until the first tick', () => {
    const ticks$ = new Subject<Tick>();
    const got: number[] = [];
    feedTime()
      .onceKnown(of(1, 2), ticks$)
      .subscribe((one) => got.push(one));
    expect(got).toEqual([]);
    ticks$.next(tick(start));
    ticks$.next(tick(start));
    expect(got).toEqual([1, 2]);
  });
});
