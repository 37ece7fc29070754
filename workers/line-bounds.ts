import type { FairQueue } from './fair-queue.ts';

/** What waits for a thread: live closes, requests, and whether a caller has one among them. */
export type Line = Pick<FairQueue<unknown>, 'live' | 'requests' | 'waits'>;

/**
 * May one more wait? `caller` is undefined for a live close. A caller with nothing waiting is refused only at ten times the
 * bound: one that asks one after the other never is.
 */
export function hasRoom(
  line: Line,
  caller: string | undefined,
  { maxRequests, maxLive }: { readonly maxRequests: number; readonly maxLive: number },
): boolean {
  if (caller === undefined) return line.live < maxLive;
  return line.requests < (line.waits(caller) ? maxRequests : 10 * maxRequests);
}

/** When there should be room, whole seconds. */
export function secondsUntilRoom(line: Line, meanRunMs: number, threads: number): number {
  return Math.max(1, Math.ceil(((line.live + line.requests) * meanRunMs) / threads / 1000));
}
