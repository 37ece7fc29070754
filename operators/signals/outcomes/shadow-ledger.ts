import type { SignalEvent, Withheld } from '../../../schema/signal-event.ts';
import type { Bar, Candle } from '../../../schema/candle.ts';
import type { Timeframe } from '../../../schema/timeframe.ts';
import type { Tick } from '../../../schema/tick.ts';
import { openTrade, type Trade } from './outcomes.ts';
import type { Heard } from './recent-prices.ts';
import { createTradeBook, type Ended } from './trade-book.ts';

interface WithheldTrade extends Trade {
  readonly withheld: Withheld;
}

/** Follows what gates withheld as if it had been issued, so that `/performance` can show whether each gate pays. */
export interface ShadowLedger {
  readonly size: number;
  /**
   * Begins to follow, see `TradeBook.add`; nothing where the ledger already follows the same idea: a gate that refuses bar after bar withholds
   * one signal, as one would have been issued.
   */
  withhold(
    withheld: Withheld,
    cost: number,
    pricesFrom?: number,
    heard?: readonly Heard[],
  ): readonly SignalEvent[];
  tick(tick: Tick): readonly SignalEvent[];
  interruption(from: number, to: number): void;
  minutes(from: number, to: number, bars: readonly Bar[]): readonly SignalEvent[];
  expire(now: number): readonly SignalEvent[];
}

/** `restored` were open at the last stop; prices before `pricesFrom` (Unix ms) come as minutes. `restated`, see Trade. */
export function createShadowLedger(
  restored: readonly Withheld[],
  costOf: (price: number) => number,
  pricesFrom: number,
  candlesOf: (timeframe: Timeframe) => readonly Candle[],
  restated?: Trade['restated'],
): ShadowLedger {
  const tradeOf = (withheld: Withheld, cost: number): WithheldTrade => ({
    ...openTrade({
      id: withheld.id,
      direction: withheld.signal_type === 'BUY' ? 1 : -1,
      entry: withheld.entry,
      tp: withheld.tp,
      sl: withheld.sl,
      from: withheld.close_time,
      expiresAt: withheld.expires_at,
      cost,
      ...(restated && { restated }),
    }),
    withheld,
  });
  const book = createTradeBook<WithheldTrade>({
    candlesFor: ({ withheld }) => candlesOf(withheld.timeframe),
  });
  for (const withheld of restored) book.add(tradeOf(withheld, costOf(withheld.entry)), pricesFrom);
  return {
    get size() {
      return book.size;
    },
    withhold(withheld, cost, from, heard) {
      for (const { withheld: known } of book.trades)
        if (known.timeframe === withheld.timeframe && known.signal_type === withheld.signal_type)
          return nothing;
      const over = book.add(tradeOf(withheld, cost), from, heard);
      return [{ kind: 'withheld', withheld }, ...resolved(over)];
    },
    tick: (tick) => resolved(book.tick(tick)),
    interruption: (from, to) => book.interruption(from, to),
    minutes: (from, to, bars) => resolved(book.minutes(from, to, bars)),
    expire: (now) => resolved(book.expire(now)),
  };
}

const resolved = (all: readonly Ended<WithheldTrade>[]): readonly SignalEvent[] =>
  all.length === 0
    ? nothing
    : all.map(({ trade, outcome }) => ({
        kind: 'withheld_resolved',
        id: trade.id,
        gate: trade.withheld.gate,
        outcome,
      }));

const nothing: readonly never[] = [];
