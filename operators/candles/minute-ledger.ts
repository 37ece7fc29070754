import type { Candle } from '../../schema/candle.ts';

const minute = 60_000;

/** What is known of a closed minute. `quiet`: heard, no tick. `unheard`: no tick, perhaps for want of a feed. `empty`: REST says so. */
const minuteStates = ['unknown', 'quiet', 'unheard', 'empty', 'complete', 'incomplete', 'rest'] as const;
type MinuteState = (typeof minuteStates)[number];

/** A closed minute with a candle, still at hand. */
export interface ClosedMinute {
  candle: Candle;
  readonly firstTick: number;
  readonly lastTick: number;
  /** Late ticks since the candle was last said. */
  late: number;
}

/** What a symbol remembers of its closed minutes: the state and revision of the last `capacity`, the candles of the last 8. */
export interface MinuteLedger {
  readonly capacity: number;
  readonly stateOf: (openTime: number) => MinuteState;
  /** Revision last given to a candle of this minute, or -1 where it had none. */
  readonly revisionOf: (openTime: number) => number;
  readonly set: (openTime: number, state: MinuteState, revision?: number) => void;
  readonly remember: (closed: ClosedMinute) => void;
  readonly recent: (openTime: number) => ClosedMinute | undefined;
  /** Recent minutes with late ticks that were not said yet. */
  readonly withLate: () => ClosedMinute[];
}

const recentCapacity = 8;

export function createMinuteLedger(capacity: number): MinuteLedger {
  const numbers = new Int32Array(capacity).fill(-1);
  const states = new Uint8Array(capacity);
  const revisions = new Int16Array(capacity);
  const recent: (ClosedMinute | undefined)[] = Array.from({ length: recentCapacity });

  const slotOf = (openTime: number): number => {
    const number = Math.floor(openTime / minute);
    const slot = number % capacity;
    return numbers[slot] === number ? slot : -1;
  };

  return {
    capacity,
    stateOf: (openTime) => {
      const slot = slotOf(openTime);
      return slot < 0 ? 'unknown' : minuteStates[states[slot]!]!;
    },
    revisionOf: (openTime) => {
      const slot = slotOf(openTime);
      return slot < 0 ? -1 : revisions[slot]!;
    },
    set: (openTime, state, revision) => {
      const number = Math.floor(openTime / minute);
      const slot = number % capacity;
      if (numbers[slot]! > number) return;
      if (numbers[slot] !== number) revisions[slot] = -1;
      numbers[slot] = number;
      states[slot] = minuteStates.indexOf(state);
      if (revision !== undefined) revisions[slot] = Math.min(revision, 32_767);
    },
    remember: (closed) => {
      const slot = Math.floor(closed.candle.openTime / minute) % recentCapacity;
      const before = recent[slot];
      if (before === undefined || before.candle.openTime <= closed.candle.openTime) recent[slot] = closed;
    },
    recent: (openTime) => {
      const closed = recent[Math.floor(openTime / minute) % recentCapacity];
      return closed?.candle.openTime === openTime ? closed : undefined;
    },
    withLate: () => recent.filter((closed) => closed !== undefined && closed.late > 0) as ClosedMinute[],
  };
}
