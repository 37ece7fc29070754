import { Observable } from 'rxjs';
import type { ClockSet } from './trusted-clock.ts';

/** The time of day was set: state built before it has to be rebuilt. */
export class ClockSetError extends Error {
  override name = 'ClockSetError';
  constructor({ from, to }: ClockSet) {
    super(`the time of day was set from ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`);
  }
}

/** Mirrors the source, and fails with ClockSetError as soon as the time is set, so that a supervisor restarts it. */
export const restartWhenSet = <T>(source: Observable<T>, set$: Observable<ClockSet>): Observable<T> =>
  new Observable((subscriber) => {
    subscriber.add(set$.subscribe((set) => subscriber.error(new ClockSetError(set))));
    subscriber.add(source.subscribe(subscriber));
  });
