import { defer, Observable, retry, throwError, timer, type SchedulerLike } from 'rxjs';
import type { ProviderFacts } from '../../../schema/instrument.ts';
import type { FeedState } from '../../../schema/market-event.ts';
import { backoff } from '../../backoff.ts';
import type { FeedEvent } from '../feed-event.ts';
import { createSubscriptionBook } from './subscription-book.ts';
import { twelveDataConnection } from './twelvedata-connection.ts';
import { UpgradeRefusedError } from './upgrade-refused.ts';
import { SocketClosedError } from './websocket.ts';

/** The provider refuses the key: trying again is of no use. */
export class RefusedKeyError extends Error {
  override name = 'RefusedKeyError';
}

/** A frame that was skipped. `count` is that kind's total so far: 1 the first time, when it is worth a line in the log. */
export interface SkippedFrame {
  readonly kind: string;
  readonly sample: string;
  readonly count: number;
}

export interface TwelveDataFeedOptions {
  readonly url: string;
  readonly key: string;
  /** Durations and timers: a socket's silence is real, whatever time the ticks tell. */
  readonly clock: SchedulerLike;
  /** Time of day that ticks and states are stamped with, Unix ms. @default the clock's */
  readonly timeOfDay?: () => number;
  /** Uniform in [0, 1), for the jitter. */
  readonly random: () => number;
  /** Symbols to watch, in public form: the current set at once, then each change. */
  readonly symbols$: Observable<ReadonlySet<string>>;
  /** Does a symbol owe prices at that time? */
  readonly isMarketOpen: (symbol: string, time: number) => boolean;
  /** What the provider says of a symbol: its type, its exchange, its currency. */
  readonly onFacts?: (symbol: string, facts: ProviderFacts) => void;
  /** What it has said so far. @default nothing */
  readonly factsOf?: (symbol: string) => ProviderFacts;
  /** Time that market hours are judged by, Unix ms. @default the clock's */
  readonly marketTime?: () => number;
  /** No price for this long, in an open market, is silence, ms. @default 60 s */
  readonly staleMs?: number;
  /** A subscription that is not acknowledged in this time counts as refused, ms. @default 10 s */
  readonly acknowledgeWithinMs?: number;
  /** Refused symbols are asked for again after this, ms. @default 15 min */
  readonly retryRefusedMs?: number;
  readonly onSkipped?: (frame: SkippedFrame) => void;
}

/** A socket that lived this long was a good one, and the next failure starts from the shortest delay, ms. */
const stableMs = 60_000;
/** So many short-lived sockets in a row look like a key in use elsewhere: each new socket closes the other's. */
const flapsToNotice = 3;
const flappingMinMs = 15_000;

/**
 * Prices of TwelveData's WebSocket, and the state of the feed.
 *
 *     server     (connect)---t-t-t-X  (wait) (connect)-----t-t-
 *     events     c--------s-lt-t-t-d---------c--------s---lt-t-
 *
 * Cold, one socket a subscription, never two at a time: a closed one is opened again after a jittered, growing delay. Fails
 * with RefusedKeyError alone; never completes.
 */
export function twelveDataFeed(options: TwelveDataFeedOptions): Observable<FeedEvent> {
  const { clock, random, retryRefusedMs = 900_000 } = options;
  const timeOfDay = options.timeOfDay ?? (() => clock.now());
  return new Observable<FeedEvent>((subscriber) => {
    const book = createSubscriptionBook({
      retryRefusedMs,
      ...(options.factsOf && { factsOf: options.factsOf }),
    });
    const skipped = new Map<string, number>();
    let failures = 0;
    let flaps = 0;
    let silences = 0;
    let last = '';

    const state = (next: FeedState, reason?: string) => {
      const words = `${next} ${reason ?? ''}`;
      if (words === last) return;
      last = words;
      subscriber.next({
        kind: 'state',
        state: next,
        at: timeOfDay(),
        ...(reason !== undefined && { reason }),
      });
    };
    const skip = (kind: string, sample: string) => {
      const count = (skipped.get(kind) ?? 0) + 1;
      skipped.set(kind, count);
      options.onSkipped?.({ kind, sample: sample.slice(0, 200), count });
    };

    const delayAfter = (error: unknown): { ms: number; reason: string } => {
      const reason = error instanceof Error ? error.message : String(error);
      const openedAt = error instanceof SocketClosedError ? error.openedAt : undefined;
      const isStable = openedAt !== undefined && clock.now() - openedAt >= stableMs;
      failures = isStable ? 1 : failures + 1;
      flaps = openedAt === undefined || isStable ? 0 : flaps + 1;
      const jittered = backoff(failures, { random });
      if (flaps >= flapsToNotice) {
        const hint = `closed ${flaps} times soon after opening: is the key in use elsewhere?`;
        return { ms: Math.max(jittered, flappingMinMs * (1 + random())), reason: `${reason}; ${hint}` };
      }
      const asked = error instanceof UpgradeRefusedError ? (error.refusal.retryAfterMs ?? 0) : 0;
      return { ms: Math.max(jittered, Math.min(asked, 300_000)), reason };
    };

    const connection = defer(() => {
      state('connecting');
      return twelveDataConnection({
        ...options,
        timeOfDay,
        book,
        state,
        skip,
        silences: () => silences,
        onSilence: () => {
          silences++;
        },
        onPrice: () => {
          silences = 0;
        },
      });
    });

    return connection
      .pipe(
        retry({
          delay: (error: unknown) => {
            if (isRefusedKey(error)) {
              state('refused', error.refusal.message);
              return throwError(() => new RefusedKeyError(error.message));
            }
            const { ms, reason } = delayAfter(error);
            state('disconnected', reason);
            return timer(ms, clock);
          },
        }),
      )
      .subscribe(subscriber);
  });
}

function isRefusedKey(error: unknown): error is UpgradeRefusedError {
  if (!(error instanceof UpgradeRefusedError)) return false;
  const { code, isPage } = error.refusal;
  return !isPage && (code === 401 || code === 403);
}
