import type { QueueBackend } from '../../store/queue/backend.ts';
import { abortableDelay } from '../abortable-delay.ts';
import { deliverPost, type DeliverPostOptions, TryAgain } from './deliver-post.ts';

export interface DeliveryOptions extends DeliverPostOptions {
  readonly backend: QueueBackend;
  /** Posts processed at the same time, of different symbols. @default 3 */
  readonly concurrency?: number;
  /** Time after which BullMQ gives a job of a silent worker to another one, ms. @default 10_000 */
  readonly lockDurationMs?: number;
}

export interface DeliveryWorker {
  /**
   * Finishes the posts being sent and stops; a post that takes longer than `patienceMs` is found as ambiguous later. Where the backend is
   * away nothing could be written of them, and it takes 1.5 s at most.
   */
  close(patienceMs?: number): Promise<void>;
}

/** Sends the posts of one channel, those of one symbol one after the other. */
export function deliveryWorker(options: DeliveryOptions): DeliveryWorker {
  const { backend, channel, log, concurrency = 3, lockDurationMs = 10_000 } = options;
  const closing = new AbortController();
  const worker = backend.worker(channel.name, deliverPost(options, closing.signal), {
    concurrency,
    lockDuration: lockDurationMs,
    stalledInterval: lockDurationMs / 2,
    maxStalledCount: 2,
    runRetryDelay: 500,
    settings: {
      backoffStrategy: (_attempts, _type, error) => (error instanceof TryAgain ? error.delayMs : 1000),
    },
  });
  let lastError = '';
  worker.on('error', (error) => {
    // Connections that our own stop closes are no error.
    if (error.message !== lastError && !closing.signal.aborted)
      log.warn({ err: error }, 'the delivery worker reports an error');
    lastError = error.message;
  });

  return {
    async close(patienceMs = 5000) {
      closing.abort();
      const late = abortableDelay(patienceMs);
      // A graceful close never returns while the backend is away, and a forced one after it would only join it.
      const away = await Promise.race([
        backend.unhealthy(),
        abortableDelay(Math.min(1000, patienceMs)).then(() => 'late'),
      ]);
      const closed = worker.close(away !== undefined).catch(() => {});
      await Promise.race([closed, away === undefined ? late : abortableDelay(500)]);
    },
  };
}
