import type { Signal } from '../../schema/signal.ts';
import type { CommunityQueue } from './community-queue.ts';

/** Queues the posts of signals and ends that were just committed, one channel after the other. Never rejects. */
export function enqueueAll(
  queues: readonly Pick<CommunityQueue, 'enqueue'>[],
): (signals: readonly Signal[]) => Promise<void> {
  return async (signals) => {
    for (const queue of queues) await queue.enqueue(signals);
  };
}
