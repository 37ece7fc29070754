import type { Redis } from 'ioredis';
import { BusMessage } from '../schema/cluster.ts';
import type { RedisLink } from './redis-link.ts';

export interface Bus {
  /** Sends the message in one batch with all others of this turn of the event loop, or drops it: nothing waits for Redis. */
  readonly publish: (message: BusMessage) => void;
}

/** Batches in flight to Redis beyond which it counts as stuck. */
const maxInFlight = 64;

/** The ingest's end of the bus: one publication a turn of the event loop. */
export function createBus(
  redis: Pick<Redis, 'publish' | 'status'>,
  channel: string,
  onDropped: (messages: number) => void = () => {},
): Bus {
  let batch: BusMessage[] = [];
  let inFlight = 0;
  const flush = () => {
    const messages = batch;
    batch = [];
    if (redis.status !== 'ready' || inFlight >= maxInFlight) {
      onDropped(messages.length);
      return;
    }
    inFlight += 1;
    redis
      .publish(channel, JSON.stringify(messages))
      .catch(() => onDropped(messages.length))
      .finally(() => (inFlight -= 1));
  };
  return {
    publish: (message) => {
      if (batch.push(message) === 1) setImmediate(flush);
    },
  };
}

/** The gateway's end: receives every valid message. A newer ingest may send some that this version does not know. */
export function listenToBus(
  link: Pick<RedisLink, 'listen'>,
  channel: string,
  { onMessage, onBad }: { onMessage: (message: BusMessage) => void; onBad: (sample: string) => void },
): void {
  link.listen(channel, (text) => {
    for (const value of parse(text)) {
      const message = BusMessage.safeParse(value);
      if (message.success) onMessage(message.data);
      else onBad(JSON.stringify(value).slice(0, 200));
    }
  });
}

function parse(text: string): unknown[] {
  try {
    const batch: unknown = JSON.parse(text);
    return Array.isArray(batch) ? batch : [batch];
  } catch {
    return [text];
  }
}
