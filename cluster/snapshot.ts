import type { Redis } from 'ioredis';
import { Snapshot } from '../schema/cluster.ts';

const everyMs = 1000;
/** An ingest that has published nothing for this long counts as gone, ms. */
const expiryMs = 5000;

/** Publishes the ingest's state, now and each second. */
export function publishSnapshots(
  redis: Pick<Redis, 'set'>,
  key: string,
  take: () => Snapshot,
): { close: () => void } {
  // Nobody can read it during an outage of Redis: the next one replaces it.
  const publish = () => void redis.set(key, JSON.stringify(take()), 'PX', expiryMs).catch(() => {});
  publish();
  const timer = setInterval(publish, everyMs);
  return { close: () => clearInterval(timer) };
}

export interface Snapshots {
  /** Undefined where no ingest has published one lately. */
  readonly current: () => Snapshot | undefined;
  /** Why there is none. */
  readonly problem: () => string | undefined;
  /** Calls back with each one read, and once with undefined when there is none any more. */
  readonly onRead: (listener: (snapshot: Snapshot | undefined) => void) => void;
  readonly close: () => void;
}

/** Reads snapshots, now and each second. During an outage of Redis the last one stays valid as long as its key would. */
export async function followSnapshots(
  redis: Pick<Redis, 'get'>,
  key: string,
  every = everyMs,
): Promise<Snapshots> {
  const listeners: ((snapshot: Snapshot | undefined) => void)[] = [];
  let current: Snapshot | undefined;
  let problem: string | undefined;
  let readAt = -Infinity;
  /** Of the newest, and when it came. */
  let taken: string | undefined;
  let changedAt = -Infinity;
  let isReading = false;

  const settle = (snapshot: Snapshot | undefined, why: string | undefined) => {
    const isChange = snapshot !== undefined || current !== undefined;
    current = snapshot;
    problem = why;
    if (isChange) for (const listener of listeners) listener(snapshot);
  };
  const read = async () => {
    if (isReading) return;
    isReading = true;
    try {
      const text = await redis.get(key);
      if (text === null) settle(undefined, 'no ingest answers');
      else {
        const snapshot = Snapshot.parse(JSON.parse(text));
        const now = performance.now();
        const stamp = `${snapshot.ingest} ${snapshot.taken}`;
        if (stamp !== taken) [taken, changedAt] = [stamp, now];
        const unchangedMs = now - changedAt;
        // A key that never expires, on a Redis that lags or was restored, is no sign of life.
        if (unchangedMs > expiryMs)
          settle(undefined, `the ingest's state has been the same for ${Math.round(unchangedMs / 1000)} s`);
        else settle(snapshot, undefined);
        readAt = now;
      }
    } catch (error) {
      if (performance.now() - readAt > expiryMs)
        settle(undefined, `the ingest's state cannot be read: ${(error as Error).message}`);
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
