import type { Redis } from 'ioredis';
import { Snapshot } from '../schema/cluster.ts';

const everyMs = 1000;
/** An ingest that has said nothing for this long is gone, ms. */
const expiryMs = 5000;

/** Says what the ingest knows, now and each second. */
export function publishSnapshots(
  redis: Pick<Redis, 'set'>,
  key: string,
  take: () => Snapshot,
): { close: () => void } {
  // While Redis is away nobody reads it: the next one will do.
  const say = () => void redis.set(key, JSON.stringify(take()), 'PX', expiryMs).catch(() => {});
  say();
  const timer = setInterval(say, everyMs);
  return { close: () => clearInterval(timer) };
}

export interface Snapshots {
  /** Undefined where no ingest has spoken lately. */
  readonly current: () => Snapshot | undefined;
  /** Why there is none. */
  readonly problem: () => string | undefined;
  /** Calls back with each one that is read, and once with undefined when there are none any more. */
  readonly onRead: (listener: (snapshot: Snapshot | undefined) => void) => void;
  readonly close: () => void;
}

/** Reads them, now and each second. Where Redis is away the last one counts as long as it would have there. */
export async function followSnapshots(
  redis: Pick<Redis, 'get'>,
  key: string,
  every = everyMs,
): Promise<Snapshots> {
  const listeners: ((snapshot: Snapshot | undefined) => void)[] = [];
  let current: Snapshot | undefined;
  let problem: string | undefined;
  let readAt = -Infinity;
  let isReading = false;

  const settle = (snapshot: Snapshot | undefined, why: string | undefined) => {
    const isNews = snapshot !== undefined || current !== undefined;
    current = snapshot;
    problem = why;
    if (isNews) for (const listener of listeners) listener(snapshot);
  };
  const read = async () => {
    if (isReading) return;
    isReading = true;
    try {
      const text = await redis.get(key);
      if (text === null) settle(undefined, 'no ingest answers');
      else {
        settle(Snapshot.parse(JSON.parse(text)), undefined);
        readAt = performance.now();
      }
    } catch (error) {
      if (performance.now() - readAt > expiryMs)
        settle(undefined, `the ingest cannot be heard: ${(error as Error).message}`);
    } finally {
      isReading = false;
    }
  };
  await read();
  const timer = setInterval(() => void read(), every);
  return {
    current: () => current,
    problem: () => problem,
    onRead: (listener) => void listeners.push(listener),
    close: () => clearInterval(timer),
  };
}
