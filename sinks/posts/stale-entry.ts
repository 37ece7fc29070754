import type { Signal } from '../../schema/signal.ts';

/**
 * Share of the distance from entry to TP, or to SL, that the price may have moved. Beyond it, a follower who enters now no longer
 * gets the trade that was published.
 */
const reach = 0.5;

/**
 * Why a signal is too late to send at the current price, or undefined. Without a known price it may be sent. So may one whose
 * candles were posted by a client: they can be of another market or another day than our price.
 */
export function staleEntry(signal: Signal, price: number | undefined): string | undefined {
  const { entry, tp, sl, signal_type: side, lineage } = signal;
  if (lineage['source'] === 'posted') return undefined;
  if (price === undefined || tp === null || sl === null || side === 'WAIT') return undefined;
  const direction = side === 'BUY' ? 1 : -1;
  if ((price - tp) * direction >= 0) return `not sent: the price ${price} is at TP ${tp} already`;
  if ((price - sl) * direction <= 0) return `not sent: the price ${price} is at SL ${sl} already`;
  const moved = (price - entry) * direction;
  const room = moved > 0 ? Math.abs(tp - entry) : Math.abs(sl - entry);
  if (Math.abs(moved) > reach * room)
    return `not sent: at ${price} the entry ${entry} is out of reach (more than half the way to ${moved > 0 ? 'TP' : 'SL'})`;
  return undefined;
}
