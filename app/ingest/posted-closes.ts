import type { SchedulerLike } from 'rxjs';
import type { AnalysedClose } from '../../operators/analysis/analysed-close.ts';
import { isPosted } from '../../operators/signals/outcomes/issued-trade.ts';
import { ownerOf, placeOf } from '../../schema/strategies/assignment.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import type { Decision } from '../../schema/signal.ts';

/** What became of a posted close, once it was committed. */
interface PostedVerdict {
  readonly changed: boolean;
  readonly repeated: boolean;
  /** A later close was decided before. */
  readonly stale: boolean;
  readonly signalId: string | null;
  /** What was decided of it, or last, where it is repeated or stale; null where nothing is known of that. */
  readonly decision: Decision | null;
}

/** No decision was committed in time. Whatever becomes of the close, the same one sent again changes nothing. */
export class UndecidedError extends Error {
  override readonly name = 'UndecidedError';
}

export interface PostedCloses {
  /** Hands a close over and resolves when its events have been committed; rejects where it cannot be handed over. */
  readonly decided: (
    close: AnalysedClose,
    hand: (close: AnalysedClose) => Promise<void>,
  ) => Promise<PostedVerdict>;
  /** The events of one cause were committed. */
  readonly committed: (events: readonly SignalEvent[]) => void;
  readonly failed: (events: readonly SignalEvent[], error: unknown) => void;
  /** A symbol has failed: what it had in hand is decided no more. */
  readonly abandon: (symbol: string, error: unknown) => void;
  /** Closes that are waited for. */
  readonly size: number;
}

export interface PostedClosesOptions {
  readonly clock: SchedulerLike;
  /** How long a decision is waited for, ms: a request must not hang while the database is away. @default 20 s */
  readonly withinMs?: number;
}

/** Brings a posted close and its decision together: the request waits, the actor decides, the store commits. */
export function createPostedCloses({ clock, withinMs = 20_000 }: PostedClosesOptions): PostedCloses {
  const waiting = new Map<string, Set<PromiseWithResolvers<PostedVerdict>>>();
  const take = (events: readonly SignalEvent[]): PromiseWithResolvers<PostedVerdict>[] =>
    events.flatMap((event) => {
      const key = keyOfEvent(event);
      const waiters = waiting.get(key) ?? [];
      waiting.delete(key);
      return [...waiters];
    });
  return {
    decided: async (close, hand) => {
      const key = keyOf(close.symbol, close.timeframe, close.closeTime, ownerOf(close.decision).assignment);
      const waiter = Promise.withResolvers<PostedVerdict>();
      const waiters = waiting.get(key) ?? new Set();
      waiting.set(key, waiters.add(waiter));
      const late = clock.schedule(
        () => waiter.reject(new UndecidedError(`no decision within ${withinMs} ms`)),
        withinMs,
      );
      hand(close).catch(waiter.reject);
      try {
        return await waiter.promise;
      } finally {
        late.unsubscribe();
        if (waiters.delete(waiter) && waiters.size === 0 && waiting.get(key) === waiters) waiting.delete(key);
      }
    },
    committed: (events) => {
      for (const event of events) {
        const waiters = take([event]);
        if (waiters.length === 0) continue;
        const verdict = verdictOf(event, events);
        for (const { resolve } of waiters) resolve(verdict);
      }
    },
    failed: (events, error) => {
      for (const { reject } of take(events)) reject(error);
    },
    abandon: (symbol, error) => {
      for (const [key, waiters] of waiting)
        if (key.startsWith(`${symbol} `)) for (const { reject } of waiters) reject(error);
    },
    get size() {
      return waiting.size;
    },
  };
}

const keyOf = (symbol: string, timeframe: string, closeTime: number, assignment: string) =>
  `${symbol} ${timeframe} ${closeTime} ${assignment}`;

/** Of posted closes alone: a live one of the same time is another's. */
function keyOfEvent(event: SignalEvent): string {
  if (event.kind === 'repeated' && event.source === 'posted')
    return keyOf(event.symbol, event.timeframe, event.close_time, ownerOf(event).assignment);
  if (event.kind !== 'decided' || !isPosted(event.decision)) return '';
  const { symbol, timeframe, close_time } = event.decision;
  return keyOf(symbol, timeframe, close_time, ownerOf(event.decision).assignment);
}

/** What one event says of its close, among those that were committed with it: other timeframes' and assignments' may be there too. */
function verdictOf(event: SignalEvent, all: readonly SignalEvent[]): PostedVerdict {
  if (event.kind === 'repeated') {
    const { stale, last } = event;
    return { changed: false, repeated: !stale, stale, signalId: null, decision: last };
  }
  const decision = event.kind === 'decided' ? event.decision : null;
  const place = decision && placeOf(decision);
  const opened = all.find(
    (one) =>
      one.kind === 'opened' &&
      placeOf(one.signal) === place &&
      one.signal.close_time === decision?.close_time,
  );
  const ended = all.some((one) => one.kind === 'resolved' && placeOf(one) === place);
  return {
    changed: opened !== undefined || ended,
    repeated: false,
    stale: false,
    signalId: opened?.kind === 'opened' ? opened.signal.id : null,
    decision,
  };
}
