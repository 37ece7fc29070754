import { Secret } from '../../schema/secrets/secret.ts';
import { communityChannel } from '../../sinks/posts/channels/community-channel.ts';
import {
  deliveryWorker,
  type DeliveryOptions,
  type DeliveryWorker,
} from '../../sinks/posts/delivery-worker.ts';
import type { Channel } from '../../sinks/posts/channels/channel.ts';
import type { Signal } from '../../schema/signal.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import { createChannelQueue, type ChannelQueue } from '../../sinks/posts/channel-queue.ts';
import type { Store } from '../../store/open-store.ts';
import { queueBackend } from '../../store/queue-backend.ts';
import type { QueueBackend } from '../../store/queue/backend.ts';
import { quiet } from './services/database.ts';
import { opened } from './signals.ts';

export interface Pipeline {
  readonly backend: QueueBackend;
  readonly queue: ChannelQueue;
  readonly worker: DeliveryWorker;
  /** Stores and queues signals as the server does. */
  readonly issue: (...signals: Signal[]) => Promise<void>;
  /** Stores and queues what a cause brings about, as the server does. */
  readonly record: (...events: SignalEvent[]) => Promise<void>;
  close(): Promise<void>;
}

/** Queue and worker of one channel as the server wires them, quick where the defaults are patient. */
export function pipeline(options: {
  store: Store;
  redisUrl?: string | undefined;
  url: string;
  channel?: Partial<Channel> & { idempotent?: boolean };
  delivery?: Partial<DeliveryOptions>;
  sweepEveryMs?: number;
  timeOfDay?: () => number;
  /** @default the platform is told of ends at /ended */
  endPath?: string | undefined;
  /** Posts a minute at most. @default 60_000 */
  perMinute?: number;
  /** Where the platform can be asked about posts. @default it cannot */
  lookupPath?: string | undefined;
  /** @default 200 */
  lookupSettleMs?: number;
  /** Takes secrets out of errors. @default there are none */
  scrub?: (text: string) => string;
}): Pipeline {
  const { store, redisUrl, url, channel, delivery, sweepEveryMs, timeOfDay = Date.now } = options;
  const { lookupPath, lookupSettleMs = 200, perMinute = 60_000, scrub = String } = options;
  const endPath = 'endPath' in options ? options.endPath : '/ended';
  const backend = queueBackend({ redisUrl, connection: store.connection, log: quiet, random: Math.random });
  const queue = createChannelQueue({
    store,
    backend,
    log: quiet,
    now: Date.now,
    timeOfDay,
    sweepEveryMs: sweepEveryMs ?? 30_000,
    scrub,
  });
  const community = communityChannel({
    url: new Secret(url),
    path: new Secret('/api/signals/external'),
    endPath: endPath === undefined ? undefined : new Secret(endPath),
    lookupPath: lookupPath === undefined ? undefined : new Secret(lookupPath),
    lookupSettleMs,
    apiKey: new Secret('canary-key'),
    idempotent: channel?.idempotent ?? false,
    timeoutMs: channel?.timeoutMs ?? 500,
    perMinute,
  });
  const worker = deliveryWorker({
    store,
    backend,
    channel: { ...community, ...channel },
    log: quiet,
    now: Date.now,
    timeOfDay,
    wallNow: () => Date.now(),
    livePrice: () => undefined,
    wake: queue.wake,
    scrub,
    lockDurationMs: 1000,
    backoffMs: () => 30,
    ...delivery,
  });
  return {
    backend,
    queue,
    worker,
    async issue(...signals) {
      for (const signal of signals) {
        const recorded = await store.record([opened(signal)], ['community']);
        await queue.enqueue(recorded.opened);
      }
    },
    async record(...events) {
      const ends = endPath === undefined ? [] : ['community'];
      const { opened, ended } = await store.record(events, ['community'], ends);
      await queue.enqueue([...ended, ...opened]);
    },
    async close() {
      await worker.close(2000);
      await queue.close();
      await backend.close();
    },
  };
}
