import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOutageTimer } from '../../workers/outage-timer.ts';

describe('createOutageTimer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('calls once when an outage has lasted too long', () => {
    const onLong = vi.fn<() => void>();
    const outage = createOutageTimer(5000, onLong);
    outage.begin();
    vi.advanceTimersByTime(4999);
    expect([outage.isLong, onLong.mock.calls.length]).toEqual([false, 0]);
    vi.advanceTimersByTime(10_000);
    expect([outage.isLong, onLong.mock.calls.length]).toEqual([true, 1]);
  });

  it('counts from the first begin of an outage', () => {
    const outage = createOutageTimer(5000, () => {});
    outage.begin();
    vi.advanceTimersByTime(4000);
    outage.begin();
    vi.advanceTimersByTime(1000);
    expect(outage.isLong).toBe(true);
  });

  it('starts anew after an end', () => {
    const onLong = vi.fn<() => void>();
    const outage = createOutageTimer(5000, onLong);
    outage.begin();
    vi.advanceTimersByTime(4000);
    outage.end();
    vi.advanceTimersByTime(10_000);
    expect(onLong).not.toHaveBeenCalled();
    outage.begin();
    vi.advanceTimersByTime(5000);
    expect(outage.isLong).toBe(true);
    outage.end();
    expect(outage.isLong).toBe(false);
  });
});
