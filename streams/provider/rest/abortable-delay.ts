import type { SchedulerLike } from 'rxjs';

/** Resolves after `ms` on the clock; rejects with the signal's reason if that aborts first. */
export function abortableDelay(
  ms: number,
  clock: SchedulerLike,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      timer.unsubscribe();
      reject(signal?.reason as Error);
    };
    const timer = clock.schedule(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
