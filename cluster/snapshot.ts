import type { Redis } from 'ioredis';
import { Snapshot } from '../schema/cluster.ts';
import { announceTerm } from './announce-term.ts';
import type { Names } from './names.ts';
import type { NewestTerm } from './newest-term.ts';

const everyMs = 1000;
/** An ingest that has published nothing for this long counts as gone, ms. */
const expiryMs = 5000;

export interface PublishedSnapshots {
  /** When Redis last confirmed that no later term is known, ms of the monotonic clock; undefined before. */
  readonly confirmedAt: () => number | undefined;
  readonly close: () => void;
}

/** Publishes the ingest's state, now and each second, unless another has told of a later term. */
export function publishSnapshots(options: {
  readonly redis: Pick<Redis, 'eval' | 'set'>;
  readonly names: Pick<Names, 'snapshot' | 'term'>;
  readonly take: () => Snapshot;
  readonly onLater: (term: number) => void;
}): PublishedSnapshots {
  const { redis, names, take, onLater } = options;
  let confirmedAt: number | undefined;
  const publish = async () => {
    const asked = performance.now();
    const snapshot = take();
    const highest = await announceTerm(redis, names.term, snapshot.term);
    if (highest > snapshot.term) return onLater(highest);
    confirmedAt = asked;
    await redis.set(names.snapshot, JSON.stringify(snapshot), 'PX', expiryMs);
  };
  // Nobody can read it during an outage of Redis: the next one replaces it.
  const tryToPublish = () => void publish().catch(() => {});
  tryToPublish();
  const timer = setInterval(tryToPublish, everyMs);
  return { confirmedAt: () => confirmedAt, close: () => clearInterval(timer) };
}

export interface Snapshots {
  /** Undefined where no ingest has published one lately. */
  readonly current: () => Snapshot | undefined;
  /** Why there is none. */
  readonly problem: () => string | undefined;
  /** When Redis last answered, with one or without, ms of the monotonic clock. */
  readonly heardAt: () => number;
  /** Calls back with each one read, and once with undefined when there is none any more. */
  readonly onRead: (listener: (snapshot: Snapshot | undefined) => void) => void;
  readonly close: () => void;
}

/**
 * Reads snapshots, now and each second. During an outage of Redis the last one stays valid as long as its key would. `deafMs`: how long the channels
 * beside it have not been heard, over which prices come: a state that is read while they are silent is no state of what clients get.
 */
export async function followSnapshots(
  redis: Pick<Redis, 'get'>,
  key: string,
  terms: NewestTerm,
  every = everyMs,
  deafMs: () => number = () => 0,
): Promise<Snapshots> {
  const listeners: ((snapshot: Snapshot | undefined) => void)[] = [];
  let current: Snapshot | undefined;
  let problem: string | undefined;
  let readAt = -Infinity;
  /** Of the newest, and when it came. */
  let taken: string | undefined;
  let changedAt = -Infinity;
  let heardAt = -Infinity;
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
      const asked = performance.now();
      const text = await redis.get(key);
      heardAt = asked;
      const snapshot = text === null ? undefined : Snapshot.parse(JSON.parse(text));
      // One of a former ingest stands until its key expires.
      if (snapshot === undefined || !terms.accepts(snapshot.term)) settle(undefined, 'no ingest answers');
      else {
        // A key that never expires, on a Redis that lags or was restored, is no sign of life.
        const stamp = `${snapshot.ingest} ${snapshot.taken}`;
        if (stamp !== taken) [taken, changedAt] = [stamp, asked];
        const unchangedMs = asked - changedAt;
        if (deafMs() > expiryMs)
          settle(undefined, `Redis' channels have not been heard for ${Math.round(deafMs() / 1000)} s`);
        else if (unchangedMs > expiryMs)
          settle(undefined, `the ingest's state has been the same for ${Math.round(unchangedMs / 1000)} s`);
        else settle(snapshot, undefined);
        readAt = performance.now();
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
    heardAt: () => heardAt,
    onRead: (listener) => void listeners.push(listener),
    close: () => clearInterval(timer),
  };
}
