import type { Tick } from '../../schema/tick.ts';

export interface FeedLagOptions {
  /** Most that `lag` answers, ms: nobody waits longer for a feed. @default 30 s */
  readonly capMs?: number;
  /** How many of the newest ticks are measured. @default 256 */
  readonly size?: number;
  /** Age beyond which a measurement is left out, unless it is one of the newest 16, ms. @default 10 minutes */
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
  /** The furthest that an event time lay ahead of our clock, ms; 0 where none did. */
  readonly ahead: () => number;
  /**
   * How far our clock is behind the feed's, ms: the median of how far ticks lie in our future; 0 where most lie in the past. A clock that
   * is fast cannot be told from a feed that is late, and does no harm.
   */
  readonly offset: () => number;
}

/** A lag beyond this is no delay but an old price, ms. */
const mostLag = 600_000;
/** A tick further in our future than this has a broken time, ms. */
const mostAhead = 60_000;
/** Measurements that count at any age, and that `offset` needs at least. */
const fewest = 16;

// Shared by all feeds: each call overwrites what the one before has left there.
let scratch = new Float32Array(256);
let highest = new Float32Array(8);

export function createFeedLag(options: FeedLagOptions = {}): FeedLag {
  const { capMs = 30_000, size = 256, withinMs = 600_000 } = options;
  const lags = new Float32Array(size);
  /** When each was received, Unix s. */
  const received = new Uint32Array(size);
  let count = 0;
  let next = 0;
  let skip = true;
  let isMeasured = false;
  let lowest = 0;
  let p99 = 0;

  /** How many of the newest measurements count. */
  const counted = (): number => {
    const newest = received[(next + size - 1) % size]!;
    let n = count;
    while (n > fewest && newest - received[(next - n + size) % size]! > withinMs / 1000) n--;
    return n;
  };
  /** Done on a question, not on a tick. p99 is the lowest of the `rank` highest lags, which one pass finds faster than a sort of all. */
  const measure = () => {
    if (isMeasured) return;
    isMeasured = true;
    const n = counted();
    if (n === 0) return;
    const rank = n - Math.ceil(n * 0.99) + 1;
    if (highest.length < rank) highest = new Float32Array(rank);
    highest.fill(-Infinity, 0, rank);
    lowest = Infinity;
    for (let i = 0, at = (next - n + size) % size; i < n; i++, at = at + 1 === size ? 0 : at + 1) {
      const lag = lags[at]!;
      if (lag < lowest) lowest = lag;
      if (!(lag > highest[rank - 1]!)) continue;
      let place = rank - 1;
      for (; place > 0 && highest[place - 1]! < lag; place--) highest[place] = highest[place - 1]!;
      highest[place] = lag;
    }
    p99 = highest[rank - 1]!;
  };
  const median = (n: number): number => {
    if (scratch.length < size) scratch = new Float32Array(size);
    const sorted = scratch.subarray(0, n);
    for (let i = 0; i < n; i++) sorted[i] = lags[(next - n + i + size) % size]!;
    sorted.sort();
    return sorted[n >> 1]!;
  };

  return {
    observe: ({ eventTime, receivedTime }) => {
      const lag = receivedTime - eventTime;
      if (skip || !(lag <= mostLag && lag >= -mostAhead)) {
        skip = false;
        return;
      }
      lags[next] = lag;
      received[next] = receivedTime / 1000;
      next = next + 1 === size ? 0 : next + 1;
      if (count < size) count++;
      isMeasured = false;
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
      const n = counted();
      return n < fewest ? 0 : Math.max(0, -median(n));
    },
  };
}
