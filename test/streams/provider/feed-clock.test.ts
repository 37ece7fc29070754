import { describe, expect, it } from 'vitest';
import { createFeedClock, driveClock } from '../../../streams/provider/feed-clock.ts';
import { operatorContract } from '../../operator-contract.ts';
import { monday, tickAt } from '../../operators/candles/market-script.ts';

operatorContract('driveClock', {
  make: () => driveClock(createFeedClock(0)),
  inputs: [0, 1, 5, 3].map((s) => tickAt(monday + s * 1000, s)),
});

describe('createFeedClock', () => {
  it('advances only when it is moved, and never goes back', () => {
    const { clock, advance } = createFeedClock(1_000);
    expect(clock.now()).toBe(1_000);
    advance(5_000);
    advance(2_000);
    expect(clock.now()).toBe(5_000);
  });

  it('runs in order what is due before an instant, and leaves what is due at the instant for later', () => {
    const { clock, advance } = createFeedClock(0);
    const ran: [string, number][] = [];
    for (const [name, delay] of [
      ['b', 20],
      ['a', 10],
      ['c', 30],
    ] as const)
      clock.schedule(() => ran.push([name, clock.now()]), delay);
    advance(30);
    expect(ran).toEqual([
      ['a', 10],
      ['b', 20],
    ]);
    advance(31);
    expect(ran.at(-1)).toEqual(['c', 30]);
  });
});
