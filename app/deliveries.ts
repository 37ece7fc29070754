import { deliveryWorker } from '../jobs/delivery.ts';
import type { Signal } from '../schema/signal.ts';
import { communityQueue, type CommunityQueue } from '../sinks/community-queue.ts';
import type { Context } from './context.ts';
import type { Storage } from './storage.ts';

export interface Deliveries {
  /** Channels that are configured. */
  readonly channels: readonly string[];
  /** The community's first; it exists even where no platform is configured, so that its board and counts do. */
  readonly queues: readonly [CommunityQueue, ...CommunityQueue[]];
  readonly enqueue: (signals: readonly Signal[]) => Promise<void>;
}

/** A queue and a worker for each place that takes posts. */
export function openDeliveries(
  context: Context,
  { store, backend }: Storage,
  livePrice: (symbol: string) => number | undefined,
): Deliveries {
  const { log, metrics, now, isTimeKnown, own } = context;
  const configured = context.services.channels;
  const queueOf = (channel: string) => own(communityQueue({ store, backend, log, now, channel }));
  const queues = configured.map((channel) => queueOf(channel.name));
  for (const [i, channel] of configured.entries()) {
    own(
      deliveryWorker({
        store,
        backend,
        channel,
        log,
        now,
        isTimeKnown,
        livePrice,
        wake: queues[i]!.wake,
        observe: ({ state, durationMs, ageMs }) => {
          metrics.attempts.inc({ channel: channel.name, state });
          metrics.attemptTime.observe({ channel: channel.name }, durationMs / 1000);
          if (state === 'delivered') metrics.deliveryAge.observe({ channel: channel.name }, ageMs / 1000);
        },
      }),
    );
  }
  const community = queues.find((queue) => queue.channel === 'community') ?? queueOf('community');
  return {
    channels: configured.map((channel) => channel.name),
    queues: [community, ...queues.filter((queue) => queue !== community)],
    enqueue: async (signals) => {
      for (const queue of queues) await queue.enqueue(signals);
    },
  };
}
