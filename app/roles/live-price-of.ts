import type { Snapshots } from '../../cluster/snapshot.ts';
import type { Context } from '../context.ts';

/** The last price of a symbol as the ingest knows it, while it is fresh. */
export function livePriceOf({ config, now }: Context, snapshots: Pick<Snapshots, 'current'>) {
  return (symbol: string): number | undefined => {
    const last = snapshots.current()?.symbols.find((one) => one.symbol === symbol)?.last;
    const isFresh = last !== null && last !== undefined && now() - last.timestamp <= config.TICK_STALE_MS;
    return isFresh ? last.price : undefined;
  };
}
