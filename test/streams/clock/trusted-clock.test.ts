import { array, assert, asyncProperty, integer, tuple } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { trustedClock, type TrustedClock } from '../../../streams/clock/trusted-clock.ts';
import { passTime, steppedMachine, type SteppedMachine } from '../../support/stepped-machine.ts';

const hour = 3_600_000;
const second = 1_000;

let machine: SteppedMachine;
let trusted: TrustedClock;
let told: string[];
let feed: NodeJS.Timeout | undefined;

function begin(wrongAtStartMs = 0): void {
  machine = steppedMachine(wrongAtStartMs);
  trusted = trustedClock({ machine, maxAheadMs: second });
  told = [];
  trusted.steps$.subscribe(({ ms }) => told.push(`step ${ms / second}`));
  trusted.set$.subscribe(({ from, to }) => told.push(`set ${Math.round((to - from) / second)}`));
  trusted.wrong$.subscribe((ms) => told.push(ms === null ? 'right' : `wrong ${Math.round(ms / second)}`));
}
/** Four ticks a second, `lateMs` late. */
function listen(lateMs = 100): void {
  feed = setInterval(() => {
    const eventTime = machine.trueNow() - lateMs;
    trusted.observe({ symbol: 'BTCUSD', price: 1, eventTime, receivedTime: trusted.clock.now() });
  }, 250);
}
const error = () => trusted.clock.now() - machine.trueNow();

describe('trustedClock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    feed = undefined;
  });
  afterEach(() => {
    clearInterval(feed);
    trusted.close();
    vi.useRealTimers();
  });

  it.each([
    ['an hour ahead for 10 s', hour, 10 * second],
    ['an hour ahead for 20 s', hour, 20 * second],
    ['three minutes ahead for 17 s', 180 * second, 17 * second],
    ['an hour back for an hour', -hour, hour],
  ])('goes on while the wall clock is %s, and tells both steps', async (_, ms, forMs) => {
    begin();
    listen();
    await passTime(5 * second);
    machine.step(ms);
    for (let i = 0; i < forMs / second; i++) {
      await passTime(second);
      expect(Math.abs(error())).toBeLessThan(50);
    }
    expect(trusted.state().apartMs).toBe(ms);
    machine.step(-ms);
    await passTime(5 * second);
    expect(Math.abs(error())).toBeLessThan(50);
    expect(told).toEqual([`step ${ms / second}`, `step ${-ms / second}`]);
    expect(trusted.state()).toMatchObject({ steps: 2, apartMs: 0, wrongByMs: null, last: { ms: -ms } });
  });

  it.each([-600, 600, 7200])(
    'that starts wrong by %i s reports it once, and adopts the right time as soon as the wall clock has it',
    async (seconds) => {
      begin(seconds * second);
      listen();
      await passTime(10 * second);
      expect(told).toEqual([`wrong ${seconds}`]);
      expect(Math.round(trusted.state().wrongByMs! / second)).toBe(seconds);
      machine.step(-seconds * second);
      await passTime(3 * second);
      expect(Math.abs(error())).toBeLessThan(50);
      expect(told.slice(1).toSorted()).toEqual(['right', `set ${-seconds}`, `step ${-seconds}`].toSorted());
    },
  );

  it('is not reported wrong for one bad event time among good ones, nor for the old price of a closed market', async () => {
    begin();
    listen();
    const stale = setInterval(() => {
      const at = machine.trueNow();
      for (const eventTime of [at + hour, 1_799_900_000_000])
        trusted.observe({ symbol: 'EURUSD', price: 1, eventTime, receivedTime: at });
    }, 300);
    await passTime(30 * second);
    clearInterval(stale);
    expect(told).toEqual([]);
  });

  it('adopts the wall clock after a minute without ticks to decide which time is right', async () => {
    begin();
    machine.step(hour);
    await passTime(55 * second);
    expect(Math.abs(error())).toBeLessThan(50);
    await passTime(10 * second);
    expect(Math.abs(error() - hour)).toBeLessThan(50);
    expect(told).toEqual(['step 3600', 'set 3600']);
  });

  it.each([20, 5, -5])(
    'that starts %i s off, where a late feed could explain it, is right a minute after the wall clock is',
    async (seconds) => {
      begin(seconds * second);
      listen();
      await passTime(10 * second);
      machine.step(-seconds * second);
      await passTime(70 * second);
      expect(Math.abs(error())).toBeLessThan(50);
      expect(trusted.state().apartMs).toBe(0);
    },
  );

  it('stops its checks when it is closed', () => {
    begin();
    trusted.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('detects no step in a stall of the loop, and none in ordinary adjustments of a clock', async () => {
    begin();
    listen();
    for (let i = 0; i < 20; i++) {
      machine.step(90);
      await passTime(second);
    }
    machine.stall(30 * second);
    await passTime(5 * second);
    expect(told.filter((one) => one.startsWith('step'))).toEqual([]);
    expect(Math.abs(trusted.state().apartMs)).toBeLessThan(600);
  });

  it('is right through 50 random steps within a day either way, and so are durations by its steady clock', async () => {
    await assert(
      asyncProperty(
        array(tuple(integer({ min: -24 * 3600, max: 24 * 3600 }), integer({ min: 1, max: 40 })), {
          minLength: 50,
          maxLength: 50,
        }),
        integer({ min: 0, max: 2_000 }),
        async (steps, lateMs) => {
          begin();
          listen(lateMs);
          await passTime(2 * second);
          const from = { steady: trusted.steady.now(), truth: machine.trueNow() };
          for (const [seconds, apart] of steps) {
            machine.step(seconds * second);
            for (let i = 0; i < apart; i++) {
              await passTime(second);
              expect(Math.abs(error())).toBeLessThan(600);
            }
          }
          const steadyMs = trusted.steady.now() - from.steady;
          expect(Math.abs(steadyMs - (machine.trueNow() - from.truth))).toBeLessThan(5);
          expect(told.filter((one) => !one.startsWith('step'))).toEqual([]);
          clearInterval(feed);
          trusted.close();
        },
      ),
      { numRuns: 10 },
    );
  });
});
