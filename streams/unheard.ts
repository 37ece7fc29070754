import { defer, filter, merge, type Observable, tap } from 'rxjs';
import type { Interruption } from './interruptions.ts';

/**
 * What was not heard: the feed's interruptions, and stalls of our own loop. A stall while the feed is away is no news, and its end
 * must not pass for the feed's return.
 *
 *     feed     ---i----------i--    open-ended, closed
 *     stalls   -s-----s--------s
 *     unheard  -s-i----------i-s
 */
export function unheard(
  feed$: Observable<Interruption>,
  stalls$: Observable<Interruption>,
): Observable<Interruption> {
  return defer(() => {
    let isAway = false;
    return merge(
      feed$.pipe(
        tap(({ to }) => {
          isAway = to === Infinity;
        }),
      ),
      stalls$.pipe(filter(() => !isAway)),
    );
  });
}
