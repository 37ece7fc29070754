import { describe, expect, it } from 'vitest';
import { keepCandles } from '../../../operators/candles/keep-candles.ts';
import { RollingHistory } from '../../../operators/candles/rolling-history.ts';
import type { CandleEvent } from '../../../schema/market-event.ts';
import { operatorContract } from '../../operator-contract.ts';
import { candleAt, minute } from '../signals/signal-samples.ts';
import { from } from 'rxjs';

const historyOf = () => new RollingHistory('EURUSD', '1min', 5);
const close = (
  openTime: number,
  price: number,
  change: Parameters<typeof candleAt>[2] = {},
): CandleEvent => ({
  kind: 'candle',
  candle: candleAt(openTime, price, { timeframe: '1min', ...change }),
  timely: false,
});
const inputs = [0, 1, 1, 2, 1, 3].map((n, index) => close(n * minute, 100 + index));

// The histories belong to the actor; each subscriber of the contract gets its own.
operatorContract('keepCandles', {
  make: () => (source) => keepCandles(new Map([['1min', historyOf()]]))(source),
  inputs,
});

describe('keepCandles', () => {
  const run = (events: readonly CandleEvent[], history = historyOf()) => {
    const passed: CandleEvent[] = [];
    from(events)
      .pipe(keepCandles(new Map([['1min', history]])))
      .subscribe((event) => passed.push(event));
    return { passed, history };
  };

  it('keeps a close before it passes it on', () => {
    const { passed, history } = run([close(0, 100)]);
    expect(passed).toEqual([close(0, 100)]);
    expect(history.at(0)?.close).toBe(100);
  });

  it('ends a close that repeats a candle which a backfill has brought', () => {
    const history = historyOf();
    history.push(candleAt(0, 100, { timeframe: '1min' }));
    expect(run([close(0, 100)], history).passed).toEqual([]);
  });

  it('gives a correction a revision above all before it', () => {
    const history = historyOf();
    history.push(candleAt(0, 100, { timeframe: '1min', revision: 4 }));
    const { passed } = run([close(0, 101)], history);
    expect(passed).toMatchObject([{ candle: { close: 101, revision: 5 } }]);
    expect(history.at(0)).toMatchObject({ close: 101, revision: 5 });
  });

  it('never replaces a whole candle by one that is not', () => {
    const history = historyOf();
    history.push(candleAt(0, 100, { timeframe: '1min' }));
    expect(run([close(0, 90, { complete: false })], history)).toMatchObject({ passed: [] });
    expect(history.at(0)?.close).toBe(100);
  });

  it.each(['open', 'high', 'low', 'close'] as const)('passes a correction of %s alone', (field) => {
    const history = historyOf();
    history.push(candleAt(0, 100, { timeframe: '1min' }));
    const { passed } = run([close(0, 100, { [field]: 100.5 })], history);
    expect(passed).toMatchObject([{ candle: { [field]: 100.5, revision: 1 } }]);
  });

  it('passes a close that repeats a candle where it may alert, or makes it whole', () => {
    const history = historyOf();
    history.push(candleAt(0, 100, { timeframe: '1min' }));
    const timely = { ...close(0, 100), timely: true } as CandleEvent;
    expect(run([timely], history).passed).toMatchObject([{ timely: true, candle: { revision: 1 } }]);
    const part = historyOf();
    part.push(candleAt(0, 100, { timeframe: '1min', complete: false }));
    expect(run([close(0, 100)], part).passed).toMatchObject([{ candle: { complete: true, revision: 1 } }]);
    expect(run([close(0, 100, { complete: false })], historyOf()).passed).toHaveLength(1);
  });

  it('notes empty minutes before they go on, and leaves what it does not keep as it is', () => {
    const order: unknown[] = [];
    const empty: CandleEvent = { kind: 'empty', timeframe: '1min', openTimes: [minute, 2 * minute] };
    const other = close(0, 100, { timeframe: '5min' });
    from([empty, other])
      .pipe(keepCandles(new Map([['1min', historyOf()]]), (openTimes) => order.push(openTimes)))
      .subscribe((event) => order.push(event));
    expect(order).toEqual([[minute, 2 * minute], empty, other]);
  });
});
