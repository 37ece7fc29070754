import { defer, Observable, retry, throwError, timer, type SchedulerLike } from 'rxjs';
import type { ProviderFacts } from '../../../schema/symbol/instrument.ts';
import type { FeedState } from '../../../schema/market-event.ts';
import { jitteredBackoff } from '../../jittered-backoff.ts';
import type { FeedEvent } from '../feed-event.ts';
import { createSubscriptionBook } from './subscription-book.ts';
import { twelveDataConnection } from './twelvedata-connection.ts';
import { UpgradeRefusedError } from './upgrade-refused.ts';
import { SocketClosedError } from './websocket.ts';
import { firstWords } from '../../../schema/outside/first-words.ts';

/** The provider refuses the key: a retry is pointless. */
export class RefusedKeyError extends Error {
  override name = 'RefusedKeyError';
}

/** A skipped frame. `count`: total of its kind so far, 1 for the first, which is worth a log line. */
export interface SkippedFrame {
  readonly kind: string;
  readonly sample: string;
  readonly count: number;
}

export interface TwelveDataFeedOptions {
  readonly url: string;
  readonly key: string;
  /** For durations and timers: a socket's silence is real time, whatever time the ticks carry. */
  readonly clock: SchedulerLike;
  /** Time of day that ticks and states are stamped with, Unix ms. @default the clock's */
  readonly timeOfDay?: () => number;
  /** Uniform in [0, 1), for the jitter. */
  readonly random: () => number;
  /** Symbols to watch, in public form: the current set at once, then each change. */
  readonly symbols$: Observable<ReadonlySet<string>>;
  /** Is the symbol's market open at that time, so that prices are due? */
  readonly isMarketOpen: (symbol: string, time: number) => boolean;
  /** What the provider states about a symbol: its type, its exchange, its currency. */
  readonly onFacts?: (symbol: string, facts: ProviderFacts) => void;
  /** What it has stated so far. @default nothing */
  readonly factsOf?: (symbol: string) => ProviderFacts;
  /** Market time, for the trading hours, Unix ms. @default the clock's */
  readonly marketTime?: () => number;
  /** No price for this long, in an open market, is silence, ms. @default 60 s */
  readonly staleMs?: number;
  /** A subscription that is not acknowledged in this time counts as refused, ms. @default 10 s */
  readonly acknowledgeWithinMs?: number;
  /** Refused symbols are requested again after this, ms. @default 15 min */
  readonly retryRefusedMs?: number;
  readonly onSkipped?: (frame: SkippedFrame) => void;
}

/** A socket that lived this long was stable: the next failure starts from the shortest delay, ms. */
const stableMs = 60_000;
/** This many short-lived sockets in a row suggest that the key is in use elsewhere: each new socket closes the other's. */
const flapsToReport = 3;
const flappingMinMs = 15_000;

/**
 * Emits the prices of TwelveData's WebSocket, and the states of the feed.
 *
 *     server     (connect)---t-t-t-X  (wait) (connect)-----t-t-
 *     events     c--------s-lt-t-t-d---------c--------s---lt-t-
 *
 * Cold, one socket a subscription, never two at a time: a closed one is reopened after a jittered, growing delay. Fails only
 * with RefusedKeyError; never completes.
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
    let lastEmitted = '';

    const state = (next: FeedState, reason?: string) => {
      const description = `${next} ${reason ?? ''}`;
      if (description === lastEmitted) return;
      lastEmitted = description;
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
      options.onSkipped?.({ kind, sample: firstWords(sample, 200), count });
    };

    const delayAfter = (error: unknown): { ms: number; reason: string } => {
      const reason = error instanceof Error ? error.message : String(error);
      const openedAt = error instanceof SocketClosedError ? error.openedAt : undefined;
      const isStable = openedAt !== undefined && clock.now() - openedAt >= stableMs;
      failures = isStable ? 1 : failures + 1;
      flaps = openedAt === undefined || isStable ? 0 : flaps + 1;
      const jittered = jitteredBackoff(failures, { random });
      if (flaps >= flapsToReport) {
        const hint = `closed ${flaps} times soon after opening: is the key in use elsewhere?`;
        return { ms: Math.max(jittered, flappingMinMs * (1 + random())), reason: `${reason}; ${hint}` };
      }
      const requestedMs = error instanceof UpgradeRefusedError ? (error.refusal.retryAfterMs ?? 0) : 0;
      return { ms: Math.max(jittered, Math.min(requestedMs, 300_000)), reason };
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
