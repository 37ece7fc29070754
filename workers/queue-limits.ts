import type { FairQueue } from './fair-queue.ts';

/** Work that waits for a thread: live closes, requests, and whether a caller has one among them. */
export type QueueLength = Pick<FairQueue<unknown>, 'live' | 'requests' | 'waits'>;

/**
 * May one more wait? `caller` is undefined for a live close. A caller with nothing waiting is refused only at ten times the
 * bound: one that asks one after the other never is.
 */
export function hasRoom(
  queue: QueueLength,
  caller: string | undefined,
  { maxRequests, maxLive }: { readonly maxRequests: number; readonly maxLive: number },
): boolean {
  if (caller === undefined) return queue.live < maxLive;
  return queue.requests < (queue.waits(caller) ? maxRequests : 10 * maxRequests);
}

/** When there should be room, whole seconds. */
export function secondsUntilRoom(queue: QueueLength, meanRunMs: number, threads: number): number {
  return Math.max(1, Math.ceil(((queue.live + queue.requests) * meanRunMs) / threads / 1000));
}
