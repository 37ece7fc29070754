import type { Redis } from 'ioredis';
import { BusMessage, BusTerm } from '../schema/cluster.ts';
import type { NewestTerm } from './newest-term.ts';
import type { RedisLink } from './redis-link.ts';

export interface Bus {
  /** Sends the message in one batch with all others of this turn of the event loop, or drops it: nothing waits for Redis. */
  readonly publish: (message: BusMessage) => void;
}

/** Batches in flight to Redis beyond which it counts as stuck. */
const maxInFlight = 64;

export interface BusOptions {
  readonly redis: Pick<Redis, 'publish' | 'status'>;
  readonly channel: string;
  /** The ingest's term, which each batch begins with; undefined once it has lost its place: then nothing is sent. */
  readonly term: () => number | undefined;
  readonly onDropped?: (messages: number) => void;
}

/** The ingest's end of the bus: one publication a turn of the event loop. */
export function createBus({ redis, channel, term, onDropped = () => {} }: BusOptions): Bus {
  let batch: BusMessage[] = [];
  let inFlight = 0;
  const flush = () => {
    const messages = batch;
    batch = [];
    const current = term();
    if (current === undefined) return;
    if (redis.status !== 'ready' || inFlight >= maxInFlight) {
      onDropped(messages.length);
      return;
    }
    inFlight += 1;
    redis
      .publish(channel, JSON.stringify([{ kind: 'term', term: current } satisfies BusTerm, ...messages]))
      .catch(() => onDropped(messages.length))
      .finally(() => (inFlight -= 1));
  };
  return {
    publish: (message) => {
      if (batch.push(message) === 1) setImmediate(flush);
    },
  };
}

/**
 * The gateway's end: receives every valid message of the ingest that works, and none of one that another has followed. A newer ingest may
 * send some that this version does not know.
 */
export function listenToBus(
  link: Pick<RedisLink, 'listen'>,
  channel: string,
  {
    terms,
    onMessage,
    onBad,
  }: {
    terms: NewestTerm;
    onMessage: (message: BusMessage) => void;
    onBad: (sample: string) => void;
  },
): void {
  link.listen(channel, (text) => {
    const [first, ...rest] = parse(text);
    const head = BusTerm.safeParse(first);
    // An ingest of a former version tells of no term.
    if (!terms.accepts(head.success ? head.data.term : 0)) return;
    for (const value of head.success ? rest : [first, ...rest]) {
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
