import { describe, expect, it } from 'vitest';
import { createAchieved } from '../../app/achieved.ts';

describe('achieved', () => {
  const at = (start = 0) => {
    const clock = { now: start };
    return { clock, achieved: createAchieved(() => clock.now) };
  };

  it('tells how long ago a thing was last done, and nothing of what never was', () => {
    const { clock, achieved } = at(5);
    achieved.did('enqueue');
    clock.now = 1_005;
    expect(achieved.ageMs('enqueue')).toBe(1_000);
    expect(achieved.ageMs('delivery')).toBeUndefined();
  });

  it('counts ticks of the last minute alone', () => {
    const { clock, achieved } = at();
    for (let i = 0; i < 7; i++) achieved.ticks.add('time');
    clock.now = 30_000;
    achieved.ticks.add('accepted');
    expect(achieved.ticks.of()).toEqual({ time: 7, accepted: 1 });
    clock.now = 61_000;
    expect(achieved.ticks.of()).toEqual({ accepted: 1 });
    clock.now = 200_000;
    expect(achieved.ticks.of()).toEqual({});
  });

  it('knows the close that waits longest for its decision, until a decision of it or a later one', () => {
    const { clock, achieved } = at();
    const close = (symbol: string, closeTime: number) => ({ symbol, timeframe: '1h', closeTime });
    achieved.due(close('A', 100));
    clock.now = 10;
    achieved.due(close('B', 100));
    achieved.due(close('A', 200));
    expect(achieved.oldestDue()).toMatchObject({ symbol: 'A', waitMs: 10 });
    achieved.decided(close('A', 100));
    expect(achieved.oldestDue()).toMatchObject({ symbol: 'A' });
    achieved.decided(close('A', 200));
    expect(achieved.oldestDue()).toMatchObject({ symbol: 'B', waitMs: 0 });
    achieved.decided(close('B', 300));
    expect(achieved.oldestDue()).toBeUndefined();
    expect(achieved.ageMs('decision')).toBe(0);
  });
});
