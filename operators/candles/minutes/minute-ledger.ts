import type { Candle } from '../../../schema/candle.ts';
import { minuteMs } from '../../../schema/timeframe.ts';

/** State of a closed minute. `quiet`: the feed was there, no tick. `gap`: no tick, perhaps because the feed was away. `empty`: no trade by REST. */
const minuteStates = ['unknown', 'quiet', 'gap', 'empty', 'complete', 'incomplete', 'rest'] as const;
type MinuteState = (typeof minuteStates)[number];

/** A closed minute with a candle, still at hand. */
export interface ClosedMinute {
  candle: Candle;
  readonly firstTick: number;
  readonly lastTick: number;
  /** Late ticks since the candle was last emitted. */
  late: number;
}

/** The closed minutes of a symbol: the state and revision of the last `capacity`, the candles of the last 8. */
export interface MinuteLedger {
  readonly capacity: number;
  readonly stateOf: (openTime: number) => MinuteState;
  /** Open of the first minute from `openTime` on that is not known to be complete, at most the first from `to` on. */
  readonly firstMissing: (openTime: number, to: number) => number;
  /** Revision last given to a candle of this minute, or -1 where it had none. */
  readonly revisionOf: (openTime: number) => number;
  readonly set: (openTime: number, state: MinuteState, revision?: number) => void;
  readonly remember: (closed: ClosedMinute) => void;
  readonly recent: (openTime: number) => ClosedMinute | undefined;
  /** Recent minutes whose candle has had late ticks since it was last emitted. */
  readonly withLate: () => ClosedMinute[];
}

const recentCapacity = 8;

export function createMinuteLedger(capacity: number): MinuteLedger {
  const numbers = new Int32Array(capacity).fill(-1);
  const states = new Uint8Array(capacity);
  const revisions = new Int16Array(capacity);
  const recent: (ClosedMinute | undefined)[] = Array.from({ length: recentCapacity });

  const slotOf = (openTime: number): number => {
    const number = Math.floor(openTime / minuteMs);
    const slot = number % capacity;
    return numbers[slot] === number ? slot : -1;
  };

  const stateOf = (openTime: number): MinuteState => {
    const slot = slotOf(openTime);
    return slot < 0 ? 'unknown' : minuteStates[states[slot]!]!;
  };

  return {
    capacity,
    stateOf,
    firstMissing: (openTime, to) => {
      let at = openTime;
      while (at < to && stateOf(at) === 'complete') at += minuteMs;
      return at;
    },
    revisionOf: (openTime) => {
      const slot = slotOf(openTime);
      return slot < 0 ? -1 : revisions[slot]!;
    },
    set: (openTime, state, revision) => {
      const number = Math.floor(openTime / minuteMs);
      const slot = number % capacity;
      if (numbers[slot]! > number) return;
      if (numbers[slot] !== number) revisions[slot] = -1;
      numbers[slot] = number;
      states[slot] = minuteStates.indexOf(state);
      if (revision !== undefined) revisions[slot] = Math.min(revision, 32_767);
    },
    remember: (closed) => {
      const slot = Math.floor(closed.candle.openTime / minuteMs) % recentCapacity;
      const before = recent[slot];
      if (before === undefined || before.candle.openTime <= closed.candle.openTime) recent[slot] = closed;
    },
    recent: (openTime) => {
      const closed = recent[Math.floor(openTime / minuteMs) % recentCapacity];
      return closed?.candle.openTime === openTime ? closed : undefined;
    },
    withLate: () => recent.filter((closed) => closed !== undefined && closed.late > 0) as ClosedMinute[],
  };
}

/** Takes stored candles, oldest first, for later corrections to build on; those that close by `decided`, Unix ms, with their prices. */
export function restoreMinutes(ledger: MinuteLedger, restored: readonly Candle[], decided: number): void {
  for (const candle of restored) {
    ledger.set(candle.openTime, candle.complete ? 'complete' : 'incomplete', candle.revision);
    if (candle.closeTime <= decided)
      ledger.remember({ candle, firstTick: candle.openTime, lastTick: candle.closeTime, late: 0 });
  }
}
