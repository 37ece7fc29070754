import type { SignalEvent } from '../schema/signal-event.ts';
import type { Timeframe } from '../schema/timeframe.ts';

/** What became of a posted close, once it was committed. */
export interface PostedVerdict {
  readonly changed: boolean;
  readonly repeated: boolean;
  readonly signalId: string | null;
  readonly events: readonly SignalEvent[];
}

export interface PostedCloses {
  /** Resolves when the events of this close have been committed. */
  readonly wait: (symbol: string, timeframe: Timeframe, closeTime: number) => Promise<PostedVerdict>;
  /** The events of one cause were committed. */
  readonly committed: (events: readonly SignalEvent[]) => void;
  readonly failed: (events: readonly SignalEvent[], error: unknown) => void;
  /** A symbol has failed: its closes are decided no more. */
  readonly abandon: (symbol: string, error: unknown) => void;
}

/** Brings a posted close and its decision together: the request waits, the actor decides, the store commits. */
export function createPostedCloses(): PostedCloses {
  type Waiter = { resolve: (verdict: PostedVerdict) => void; reject: (error: unknown) => void };
  const waiting = new Map<string, Waiter[]>();
  const keyOf = (symbol: string, timeframe: string, closeTime: number) =>
    `${symbol} ${timeframe} ${closeTime}`;
  const take = (events: readonly SignalEvent[]): Waiter[] =>
    events.flatMap((event) => {
      const at =
        event.kind === 'decided'
          ? keyOf(event.decision.symbol, event.decision.timeframe, event.decision.close_time)
          : event.kind === 'repeated'
            ? keyOf(event.symbol, event.timeframe, event.close_time)
            : '';
      const waiters = waiting.get(at) ?? [];
      waiting.delete(at);
      return waiters;
    });
  return {
    wait: (symbol, timeframe, closeTime) =>
      new Promise((resolve, reject) => {
        const key = keyOf(symbol, timeframe, closeTime);
        waiting.set(key, [...(waiting.get(key) ?? []), { resolve, reject }]);
      }),
    committed: (events) => {
      const opened = events.find((event) => event.kind === 'opened');
      const verdict: PostedVerdict = {
        changed: events.some((event) => event.kind === 'opened' || event.kind === 'resolved'),
        repeated: events.some((event) => event.kind === 'repeated'),
        signalId: opened?.signal.id ?? null,
        events,
      };
      for (const { resolve } of take(events)) resolve(verdict);
    },
    failed: (events, error) => {
      for (const { reject } of take(events)) reject(error);
    },
    abandon: (symbol, error) => {
      for (const [key, waiters] of waiting) {
        if (!key.startsWith(`${symbol} `)) continue;
        waiting.delete(key);
        for (const { reject } of waiters) reject(error);
      }
    },
  };
}
