import type { Redis } from 'ioredis';
import { BusMessage } from '../schema/cluster.ts';
import type { RedisLink } from './redis-link.ts';

export interface Bus {
  /** Goes out with all else of this turn of the event loop, or not at all: nothing waits for Redis. */
  readonly say: (message: BusMessage) => void;
}

/** Batches on their way to Redis beyond which it counts as stuck. */
const mostUnderWay = 64;

/** The ingest's end of the bus: one publication a turn. */
export function createBus(
  redis: Pick<Redis, 'publish' | 'status'>,
  channel: string,
  onDropped: (messages: number) => void = () => {},
): Bus {
  let batch: BusMessage[] = [];
  let underWay = 0;
  const flush = () => {
    const said = batch;
    batch = [];
    if (redis.status !== 'ready' || underWay >= mostUnderWay) {
      onDropped(said.length);
      return;
    }
    underWay += 1;
    redis
      .publish(channel, JSON.stringify(said))
      .catch(() => onDropped(said.length))
      .finally(() => (underWay -= 1));
  };
  return {
    say: (message) => {
      if (batch.push(message) === 1) setImmediate(flush);
    },
  };
}

/** The gateway's end: every message that makes sense. One of a newer version than this may not. */
export function listenToBus(
  link: Pick<RedisLink, 'listen'>,
  channel: string,
  { onMessage, onBad }: { onMessage: (message: BusMessage) => void; onBad: (sample: string) => void },
): void {
  link.listen(channel, (text) => {
    for (const said of parse(text)) {
      const message = BusMessage.safeParse(said);
      if (message.success) onMessage(message.data);
      else onBad(JSON.stringify(said).slice(0, 200));
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
