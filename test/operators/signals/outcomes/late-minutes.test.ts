import { expect, it } from 'vitest';
import { openTrade } from '../../../../operators/signals/outcomes/outcomes.ts';
import { createTradeBook } from '../../../../operators/signals/outcomes/trade-book.ts';
import { minute } from '../signal-samples.ts';

it('ends a trade at the last price before its horizon, though minutes of an earlier gap come after it', () => {
  const book = createTradeBook();
  const trade = { id: 'a', direction: 1, entry: 100, tp: 103, sl: 98, cost: 0 } as const;
  book.add(openTrade({ ...trade, from: 10 * minute, expiresAt: 20 * minute }));
  const tick = (at: number, price: number) =>
    book.tick({ symbol: 'BTCUSD', price, eventTime: at * minute, receivedTime: at * minute });
  tick(14.1, 100);
  book.interruption(14.5 * minute, 15.5 * minute);
  tick(16.1, 100);
  tick(19.9, 102);
  expect(tick(20, 101)).toEqual([]);
  const bars = [14, 15].map((at) => ({ openTime: at * minute, open: 100, high: 100, low: 99, close: 99 }));
  const [end] = book.minutes(14 * minute, 16 * minute, bars);
  expect(end!.outcome).toMatchObject({ status: 'expired', exit_price: 102, r: 1, mfe: 1, mae: 0.5 });
});
