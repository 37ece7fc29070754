import type { Signal } from '../../schema/signal.ts';
import type { ChannelQueue } from './channel-queue.ts';

/** Queues the posts of signals and ends that were just committed, one channel after the other. Never rejects. */
export function enqueueAll(
  queues: readonly Pick<ChannelQueue, 'enqueue'>[],
): (signals: readonly Signal[]) => Promise<void> {
  return async (signals) => {
    for (const queue of queues) await queue.enqueue(signals);
  };
}
