import { deliveryWorker } from '../sinks/posts/delivery-worker.ts';
import type { Signal } from '../schema/signal.ts';
import { createChannelQueue, type ChannelQueue } from '../sinks/posts/channel-queue.ts';
import { enqueueAll } from '../sinks/posts/enqueue-all.ts';
import type { Context } from './context.ts';
import type { Storage } from './storage.ts';

export interface Deliveries {
  /** Channels that are configured. */
  readonly channels: readonly string[];
  /** Those of them that are told how signals end. */
  readonly endChannels: readonly string[];
  /** The community's first; it exists even where no platform is configured, so that its board and counts do. */
  readonly queues: readonly [ChannelQueue, ...ChannelQueue[]];
  readonly enqueue: (signals: readonly Signal[]) => Promise<void>;
}

/** A queue for each place that takes posts. `sweeps`: does this process queue what is stored and not queued? */
export function openQueues(
  { services, log, achieved, now, wall, trusted, scrub, own }: Context,
  { store, backend }: Storage,
  { sweeps = true } = {},
): Deliveries {
  const queueOf = (channel: string) => {
    const one = services.channels.find(({ name }) => name === channel);
    one?.keep?.({
      read: () => store.notes.read(channel),
      write: (text) => store.notes.write(channel, text),
    });
    return createChannelQueue({
      store,
      backend,
      log,
      now,
      timeOfDay: () => wall.now(),
      channel,
      sweeps,
      note: () => one?.note?.(),
      onEnqueued: () => achieved.did('enqueue'),
      scrub,
    });
  };
  const channels = services.channels.map(({ name }) => name);
  const queues = channels.map(queueOf);
  const community = queues.find((queue) => queue.channel === 'community') ?? queueOf('community');
  own(together(new Set([community, ...queues])));
  if (sweeps) {
    const steps = trusted.steps$.subscribe(() => {
      for (const queue of queues) void queue.clockStepped();
    });
    own({ close: () => steps.unsubscribe() });
  }
  return {
    channels,
    endChannels: services.channels.filter((channel) => channel.sendEnd !== undefined).map(({ name }) => name),
    queues: [community, ...queues.filter((queue) => queue !== community)],
    enqueue: enqueueAll(queues),
  };
}

/** Sends what the queues hold: a worker a channel. */
export function openWorkers(
  { services, log, metrics, achieved, now, wall, wallNow, time, scrub, own }: Context,
  { store, backend }: Storage,
  { queues }: Deliveries,
  livePrice: (symbol: string) => number | undefined,
): void {
  const workers = services.channels.map((channel) => {
    const queue = queues.find((one) => one.channel === channel.name)!;
    return deliveryWorker({
      store,
      backend,
      channel,
      log,
      now,
      timeOfDay: () => wall.now(),
      wallNow,
      isTimeKnown: time.isKnown,
      livePrice,
      wake: queue.wake,
      scrub,
      observe: ({ state, durationMs, ageMs }) => {
        metrics.attempts.inc({ channel: channel.name, state });
        if (durationMs !== undefined)
          metrics.attemptTime.observe({ channel: channel.name }, durationMs / 1000);
        if (state === 'delivered') achieved.did('delivery');
        if (state === 'delivered') metrics.deliveryAge.observe({ channel: channel.name }, ageMs / 1000);
      },
    });
  });
  own(together(workers));
}

/** Closes all at the same time: with a frozen database each takes its full time limit, and one after the other would exceed the limit of the stop. */
const together = (resources: Iterable<{ readonly close: () => Promise<void> }>) => ({
  close: async () => {
    const closed = await Promise.allSettled(Array.from(resources, (one) => one.close()));
    const failed = closed.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  },
});
