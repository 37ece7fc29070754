import { merge, Subject, type Subscription } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { seededRandom } from '../../../models/random.ts';
import { windowGrid } from '../../../models/calendar/window-grid.ts';
import { createFeedLag } from '../../../operators/ticks/feed-lag.ts';
import { tickQuality } from '../../../operators/ticks/tick-quality.ts';
import type { Candle } from '../../../schema/candle.ts';
import type { MarketInput } from '../../../schema/market-event.ts';
import type { Tick } from '../../../schema/tick.ts';
import { candleWindows } from '../../../streams/symbol/candle-windows.ts';
import { trustedClock, type TrustedClock } from '../../../streams/clock/trusted-clock.ts';
import { interruptions } from '../../../streams/provider/interruptions.ts';
import { loopStalls } from '../../../streams/provider/loop-stalls.ts';
import { minutesOf } from '../../operators/candles/candle-reference.ts';
import { passTime, steppedMachine, type SteppedMachine } from '../../support/stepped-machine.ts';

const minute = 60_000;
const second = 1_000;
const start = Date.parse('2026-01-05T10:00:30Z');

let machine: SteppedMachine;
let trusted: TrustedClock;
let running: Subscription;
let feed: NodeJS.Timeout;
let sent: Tick[];
let closed: Candle[];
let rejected: number;

/** The stages from the provider's tick to the closed candle, as the server connects them, and a market that ticks twice a second. */
function begin(lateMs: number, random: () => number): void {
  machine = steppedMachine();
  trusted = trustedClock({ machine, maxAheadMs: second });
  [sent, closed, rejected] = [[], [], 0];
  const { clock, steady } = trusted;
  const raw$ = new Subject<Tick>();
  const lag = createFeedLag();
  const ticks$ = new Subject<Tick>();
  running = raw$
    .pipe(
      tickQuality({ clock, maxAheadMs: second, offsetOf: () => lag.offset(), onReject: () => rejected++ }),
    )
    .subscribe((tick) => {
      lag.observe(tick);
      ticks$.next(tick);
    });
  const unheard$ = loopStalls({ clock: steady, timeOfDay: () => clock.now() }).pipe(interruptions());
  const inputs$ = new Subject<MarketInput>();
  const candles$ = inputs$.pipe(
    candleWindows(
      {
        clock,
        letInputFirst: (then) => then(),
        timeframes: ['5min'],
        graceMs: second,
        marketOf: () => ({ isOpen: () => true }),
        gridOf: (_, timeframe) => windowGrid(timeframe, { assetClass: 'crypto', alignment: 'utc' }),
        lagOf: () => lag,
      },
      'BTCUSD',
      { minutes: [], candles: new Map() },
    ),
  );
  running.add(
    candles$.subscribe((event) => {
      if (event.kind === 'candle') closed.push(event.candle);
    }),
  );
  running.add(
    merge(unheard$).subscribe((interruption) => {
      inputs$.next(interruption);
    }),
  );
  running.add(ticks$.subscribe((tick) => inputs$.next({ kind: 'tick', tick })));
  let price = 100;
  feed = setInterval(() => {
    price *= 1 + (random() - 0.5) / 1000;
    const eventTime = machine.trueNow() - lateMs;
    const tick = { symbol: 'BTCUSD', price, eventTime, receivedTime: clock.now() };
    sent.push(tick);
    trusted.observe(tick);
    raw$.next(tick);
  }, 500);
}

/** Every minute from `from` on against all ticks that were sent; those in `touched` may be incomplete, but not missing. */
function compare(from: number, to: number, touched: (openTime: number) => boolean = () => false): void {
  const wanted = minutesOf(sent).filter(({ openTime }) => openTime >= from && openTime < to);
  expect(wanted.length).toBeGreaterThan(5);
  for (const { openTime, open, high, low, close, ticks } of wanted) {
    const got = closed.filter((one) => one.timeframe === '1min' && one.openTime === openTime);
    const at = new Date(openTime).toISOString();
    expect(got, at).toHaveLength(1);
    if (touched(openTime)) continue;
    expect(got[0], at).toMatchObject({ open, high, low, close, ticks, complete: true, lateTicks: 0 });
  }
}

describe('candles, while the wall clock is set', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: start });
  });
  afterEach(() => {
    clearInterval(feed);
    running.unsubscribe();
    trusted.close();
    vi.useRealTimers();
  });

  it.each([
    ['an hour ahead for 10 s, then right', 3_600, 10],
    ['an hour ahead for 20 s', 3_600, 20],
    ['three minutes ahead for 17 s', 180, 17],
    ['an hour back', -3_600, 300],
  ])('are whole and on time: %s', async (_, seconds, forSeconds) => {
    begin(300, seededRandom(1));
    await passTime(2 * minute + 20 * second);
    machine.step(seconds * second);
    await passTime(forSeconds * second);
    machine.step(-seconds * second);
    await passTime(6 * minute);
    compare(start + 30 * second, machine.trueNow() - minute);
    expect(rejected).toBe(0);
    // A step is no stall, and does not delay a close.
    expect(closed.at(-1)!.closeTime).toBeGreaterThan(machine.trueNow() - minute - 3 * second);
  });

  it.each([1, 2, 3, 4])(
    'are complete through 50 random steps within a day either way (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      begin(random() * 1500, random);
      await passTime(minute);
      for (let i = 0; i < 50; i++) {
        machine.step(Math.round((random() * 2 - 1) * 86_400) * second);
        await passTime(Math.round(random() * 45) * second);
      }
      await passTime(minute);
      compare(start + 30 * second, machine.trueNow() - minute);
      expect(rejected).toBe(0);
      expect(trusted.state().steps).toBeGreaterThan(40);
    },
  );

  it('lose only the minute of a stall, although the clock is set during it', async () => {
    begin(300, seededRandom(9));
    await passTime(3 * minute);
    const from = machine.trueNow();
    machine.stall(20 * second);
    machine.step(7_200 * second);
    const to = machine.trueNow();
    await passTime(6 * minute);
    const minuteOf = (time: number) => Math.floor(time / minute) * minute;
    compare(start + 30 * second, machine.trueNow() - minute, (openTime) =>
      [minuteOf(from - 2 * second), minuteOf(from), minuteOf(to)].includes(openTime),
    );
    const touched = closed.find((one) => one.timeframe === '1min' && one.openTime === minuteOf(to));
    expect(touched).toMatchObject({ complete: false });
  });
});
