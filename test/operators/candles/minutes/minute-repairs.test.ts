import { describe, expect, it } from 'vitest';
import { minuteRepairs } from '../../../../operators/candles/minutes/minute-repairs.ts';
import type { CandleEvent } from '../../../../schema/market-event.ts';

const minute = 60_000;

function run(isOpen: (time: number) => boolean = () => true) {
  const events: CandleEvent[] = [];
  const emit = (event: CandleEvent) => void events.push(event);
  return {
    events,
    repairs: minuteRepairs({ reachMs: 300 * minute, graceMs: 2000, lag: () => 500, isOpen, emit }),
  };
}

describe('minuteRepairs', () => {
  it('asks for whole minutes, after the grace and the lag', () => {
    const { events, repairs } = run();
    repairs.want(5 * minute + 1, 7 * minute + 1, 5 * minute);
    repairs.emitDue(8 * minute, false);
    const range = { from: 5 * minute, to: 8 * minute };
    expect(events).toEqual([{ kind: 'repair', ...range, notBefore: 8 * minute + 2500 }]);
    repairs.emitDue(9 * minute, false);
    expect(events).toHaveLength(1);
  });

  it('waits while the feed is away, and for minutes that are not decided', () => {
    const { events, repairs } = run();
    repairs.want(5 * minute, 7 * minute, 5 * minute);
    repairs.emitDue(6 * minute, false);
    repairs.emitDue(7 * minute, true);
    expect(events).toEqual([]);
    repairs.emitDue(7 * minute, false);
    expect(events).toHaveLength(1);
  });

  it('asks for no minutes of a closed market, nor for those that REST has answered', () => {
    const closed = run(() => false);
    closed.repairs.want(5 * minute, 7 * minute, 5 * minute);
    closed.repairs.emitDue(7 * minute, false);
    const answered = run();
    answered.repairs.want(5 * minute, 7 * minute, 5 * minute);
    answered.repairs.remove(5 * minute, 7 * minute);
    answered.repairs.emitDue(7 * minute, false);
    expect([...closed.events, ...answered.events]).toEqual([]);
  });
});
