import { VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Timeframe } from '../../../schema/timeframe.ts';
import { retention } from '../../../sinks/writer/retention.ts';
import type { Store } from '../../../store/open-store.ts';
import { quiet } from '../../support/services/database.ts';

const day = 86_400_000;
const pruned = (timeframes: Timeframe[], now?: () => number) => {
  const calls: [Timeframe, number][] = [];
  const candles = {
    prune: async (timeframe: Timeframe, before: number) => {
      calls.push([timeframe, before]);
      return 0;
    },
  } as Store['candles'];
  const clock = new VirtualTimeScheduler(undefined, 2.5 * 3600_000);
  const running = retention({ store: { candles }, timeframes, clock, log: quiet, ...(now && { now }) });
  clock.flush();
  running.unsubscribe();
  return calls;
};

describe('retention', () => {
  it('deletes 1min candles older than a week, hourly', () => {
    expect(pruned(['1h'])).toEqual([0, 1, 2].map((hours) => ['1min', hours * 3600_000 - 7 * day]));
  });

  it('counts the week by the time of the market, which may be another than the machine', () => {
    expect(pruned(['1h'], () => 100 * day)).toEqual([0, 1, 2].map(() => ['1min', 93 * day]));
  });

  it('keeps them where they are analysed', () => {
    expect(pruned(['1min', '1h'])).toEqual([]);
  });
});
