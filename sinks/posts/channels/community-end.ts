import type { Signal } from '../../../schema/signal.ts';

/** The body posted when a signal has ended, where the platform has a path for it. `signal_id` is that of the signal's post. */
export interface CommunityEnd {
  readonly signal_id: string;
  readonly symbol: string;
  readonly action: Signal['signal_type'];
  readonly timeframe: string;
  readonly status: string;
  readonly entry: number | null;
  readonly exit_price: number | null;
  /** Result in R after cost; null where it does not count. */
  readonly r: number | null;
  /** Unix ms. */
  readonly ended_at: number;
}

/** The end of a signal in the platform's columns; the reason as a string where the signal has not ended. */
export function communityEnd(signal: Signal, decimals: number): CommunityEnd | string {
  const { id, symbol, signal_type: action, timeframe, status, outcome } = signal;
  if (outcome === null) return 'the signal has not ended';
  const inColumn = (value: number | null, places: number) =>
    value === null ? null : Number(value.toFixed(places));
  return {
    signal_id: id,
    symbol: symbol.replaceAll('/', ''),
    action,
    timeframe,
    status,
    entry: inColumn(signal.entry, decimals),
    exit_price: inColumn(outcome.exit_price, decimals),
    r: inColumn(outcome.r, 4),
    ended_at: outcome.resolved_at,
  };
}
