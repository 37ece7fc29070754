import type { Tick } from '../../schema/tick.ts';

export interface FeedLagOptions {
  /** A feed later than this is not waited for, ms. @default 30 s */
  readonly capMs?: number;
  /** Ticks measured over. @default 256 */
  readonly size?: number;
  /** Older measurements count only while there are fewer than 16, ms. @default 10 minutes */
  readonly withinMs?: number;
}

/** How late a feed is, from received minus event time. Below 0 where our clock is behind the feed's. */
export interface FeedLag {
  readonly observe: (tick: Tick) => void;
  /** After an outage the first price may be an old one: the next tick is not measured. */
  readonly gap: () => void;
  /** Running p99, at most the cap, ms; 0 where nothing was measured. */
  readonly lag: () => number;
  readonly exceedsCap: () => boolean;
  /** How far event times ran ahead of our clock at most, ms, at least 0. */
  readonly ahead: () => number;
  /**
   * How far our clock is behind the feed's, ms, at least 0: half of the ticks cannot come from the future. A fast clock
   * looks like a late feed, and does no harm.
   */
  readonly offset: () => number;
}

/** Later than this is an old price, not a late one; earlier than the negative of it is a broken time. ms */
const latest = 600_000;
const mostOffset = 60_000;
const atLeast = 16;

// Work space of all, empty between two calls.
let scratch = new Float32Array(256);
let highest = new Float32Array(8);

export function createFeedLag(options: FeedLagOptions = {}): FeedLag {
  const { capMs = 30_000, size = 256, withinMs = 600_000 } = options;
  const lags = new Float32Array(size);
  /** When, s. */
  const received = new Uint32Array(size);
  let count = 0;
  let next = 0;
  let skip = true;
  let isFresh = false;
  let lowest = 0;
  let p99 = 0;

  /** How many of the newest measurements count. */
  const inUse = (): number => {
    const newest = received[(next + size - 1) % size]!;
    let use = count;
    while (use > atLeast && newest - received[(next - use + size) % size]! > withinMs / 1000) use--;
    return use;
  };
  /** Looked for when asked, which is once a minute, not for each tick; the few highest are found faster than all sorted. */
  const measure = () => {
    if (isFresh) return;
    isFresh = true;
    const use = inUse();
    if (use === 0) return;
    const rank = use - Math.ceil(use * 0.99) + 1;
    if (highest.length < rank) highest = new Float32Array(rank);
    highest.fill(-Infinity, 0, rank);
    lowest = Infinity;
    for (let i = 0, at = (next - use + size) % size; i < use; i++, at = at + 1 === size ? 0 : at + 1) {
      const lag = lags[at]!;
      if (lag < lowest) lowest = lag;
      if (!(lag > highest[rank - 1]!)) continue;
      let place = rank - 1;
      for (; place > 0 && highest[place - 1]! < lag; place--) highest[place] = highest[place - 1]!;
      highest[place] = lag;
    }
    p99 = highest[rank - 1]!;
  };
  const median = (use: number): number => {
    if (scratch.length < size) scratch = new Float32Array(size);
    const sorted = scratch.subarray(0, use);
    for (let i = 0; i < use; i++) sorted[i] = lags[(next - use + i + size) % size]!;
    sorted.sort();
    return sorted[use >> 1]!;
  };

  return {
    observe: ({ eventTime, receivedTime }) => {
      const lag = receivedTime - eventTime;
      if (skip || !(lag <= latest && lag >= -mostOffset)) {
        skip = false;
        return;
      }
      lags[next] = lag;
      received[next] = receivedTime / 1000;
      next = next + 1 === size ? 0 : next + 1;
      if (count < size) count++;
      isFresh = false;
    },
    gap: () => {
      skip = true;
    },
    lag: () => {
      measure();
      return Math.min(capMs, p99);
    },
    exceedsCap: () => {
      measure();
      return p99 > capMs;
    },
    ahead: () => {
      measure();
      return Math.max(0, -lowest);
    },
    offset: () => {
      const use = inUse();
      return use < atLeast ? 0 : Math.max(0, -median(use));
    },
  };
}
