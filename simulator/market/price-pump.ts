import { interval, type SchedulerLike, type Subscription } from 'rxjs';
import type { Faults, PriceEvent } from '../faults.ts';
import type { Market } from './market.ts';
import { priceEvent } from './price-event.ts';
import { keyedRandom } from '../random.ts';
import type { Timeline } from './timeline.ts';

const everyMs = 40;
const maxPending = 200_000;

export interface PricePumpOptions {
  readonly market: Market;
  readonly timeline: Timeline;
  readonly clock: SchedulerLike;
  readonly faults: Faults['socket'];
  /** Symbols with a subscriber. */
  readonly wanted: () => ReadonlySet<string>;
  readonly send: (symbol: string, frame: string) => void;
}

interface Pending {
  readonly due: number;
  readonly symbol: string;
  readonly event: PriceEvent;
}

/** Sends the market's ticks when they are due, in order over all symbols, with the faults that are switched on. */
export function startPricePump(options: PricePumpOptions): Subscription {
  const { market, timeline, clock, faults, wanted, send } = options;
  const random = keyedRandom('lag');
  let cursor = timeline.now();
  let pending: Pending[] = [];
  let count = 0;

  return interval(everyMs, clock).subscribe(() => {
    const now = timeline.now();
    for (const symbol of wanted()) {
      const listing = market.listings.get(symbol)!;
      for (const tick of market.ticks(symbol, cursor, now)) {
        const due = tick.time + faults.lagMs + (faults.jitterMs > 0 ? random() * faults.jitterMs : 0);
        if (pending.length < maxPending) pending.push({ due, symbol, event: priceEvent(listing, tick) });
      }
    }
    cursor = now;
    pending.sort((a, b) => a.due - b.due);
    let ready = 0;
    while (ready < pending.length && pending[ready]!.due <= now) ready++;
    for (const { symbol, event } of pending.slice(0, ready)) {
      for (const frame of faults.mangle?.(event, count) ?? [event]) {
        send(symbol, typeof frame === 'string' ? frame : JSON.stringify(frame));
      }
      count++;
    }
    pending = pending.slice(ready);
  });
}
