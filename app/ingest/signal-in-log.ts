import { DEFAULT_ASSIGNMENT, ownerOf } from '../../schema/strategies/assignment.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import type { Signal } from '../../schema/signal.ts';
import { decimalsOfLevels } from '../../schema/symbol/price-decimals.ts';

/**
 * What an operator reads of a signal in the log: prices as its instrument is quoted, odds 0 to 1, `expected_r` in R after cost. Rounded: the
 * signal itself is in `/signals/ID`.
 */
export function signalInLog(signal: Signal): object {
  const { id, symbol, timeframe, signal_type, entry, tp, sl } = signal;
  const { prob_tp_hit, breakeven_probability, expected_r } = signal.risk_metrics;
  const price = pricesOf(signal);
  return {
    id,
    symbol,
    timeframe,
    ...whose(signal),
    signal_type,
    entry: price(entry),
    tp: price(tp),
    sl: price(sl),
    prob_tp_hit: rounded(prob_tp_hit, 3),
    breakeven_probability: rounded(breakeven_probability, 3),
    expected_r: rounded(expected_r, 2),
  };
}

/** The same of its end. `signal`: as it was issued, where it is known. */
export function endInLog(
  { id, symbol, timeframe, outcome }: Extract<SignalEvent, { kind: 'resolved' }>,
  signal: Signal | undefined,
): object {
  const { status, exit_price, r } = outcome;
  return {
    id,
    symbol,
    timeframe,
    ...(signal && whose(signal)),
    signal_type: signal?.signal_type,
    status,
    exit_price: signal === undefined ? exit_price : pricesOf(signal)(exit_price),
    r: rounded(r, 2),
  };
}

/** Said where it is not the default one, live: without a file of assignments there is nothing to tell. */
function whose(signal: Signal): object {
  const { assignment, mode } = ownerOf(signal);
  return assignment === DEFAULT_ASSIGNMENT && mode === 'live' ? {} : { assignment, mode };
}

function pricesOf({ symbol, entry, tp, sl }: Signal): (price: number | null) => number | null {
  const decimals = decimalsOfLevels(symbol, { entry, tp: tp ?? entry, sl: sl ?? entry });
  return (price) => rounded(price, decimals);
}

const rounded = (value: number | null, decimals: number): number | null =>
  value === null ? null : Number(value.toFixed(decimals));
