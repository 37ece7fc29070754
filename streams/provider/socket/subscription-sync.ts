import { interval, type Observable, type SchedulerLike, Subscription, timer } from 'rxjs';
import { createFrameBudget } from './frame-budget.ts';
import type { SubscriptionBook } from './subscription-book.ts';

export interface SubscriptionSyncOptions {
  readonly clock: SchedulerLike;
  readonly book: SubscriptionBook;
  readonly symbols$: Observable<ReadonlySet<string>>;
  readonly send: (frame: string) => void;
  readonly onError: (error: unknown) => void;
}

/** The provider takes 100 client frames a minute; heartbeats are 6 of them. */
const framesPerMinute = 80;
/** Changes of the watched symbols are gathered this long into one frame, ms. */
const gatherMs = 250;
/** Refused symbols become due again without a change of the watched ones, ms. */
const recheckMs = 60_000;

/** Keeps one socket's subscriptions equal to the watched symbols, within the provider's limit of client frames. */
export function subscriptionSync(options: SubscriptionSyncOptions): Subscription {
  const { clock, book, symbols$, send, onError } = options;
  const budget = createFrameBudget(framesPerMinute);
  let pending: Subscription | undefined;

  const sync = () => {
    const wait = budget.take(clock.now(), 2);
    if (wait > 0) {
      syncLater(wait);
      return;
    }
    const { add, remove } = book.takeChanges(clock.now());
    if (remove.length > 0) send(request('unsubscribe', remove));
    if (add.length > 0) send(request('subscribe', add));
  };
  const syncLater = (ms: number) => {
    pending?.unsubscribe();
    pending = timer(ms, clock).subscribe(sync);
  };

  const life = new Subscription(() => pending?.unsubscribe());
  life.add(
    symbols$.subscribe({
      next: (symbols) => {
        book.want(symbols);
        syncLater(pending === undefined ? 0 : gatherMs);
      },
      error: onError,
    }),
  );
  life.add(interval(recheckMs, clock).subscribe(sync));
  return life;
}

function request(action: 'subscribe' | 'unsubscribe', symbols: readonly string[]): string {
  return JSON.stringify({ action, params: { symbols: symbols.join(',') } });
}
