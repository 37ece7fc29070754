import { Observable } from 'rxjs';
import type { ClockSet } from './trusted-clock.ts';

/** The time of day was set: what was built in the time before begins anew. */
export class ClockSetError extends Error {
  override name = 'ClockSetError';
  constructor({ from, to }: ClockSet) {
    super(`the time of day was set from ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`);
  }
}

/** Fails with ClockSetError as soon as the time is set, for whoever supervises to start it again. Else as the source. */
export const restartWhenSet = <T>(source: Observable<T>, set$: Observable<ClockSet>): Observable<T> =>
  new Observable((subscriber) => {
    subscriber.add(set$.subscribe((set) => subscriber.error(new ClockSetError(set))));
    subscriber.add(source.subscribe(subscriber));
  });
