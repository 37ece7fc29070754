import { type Observable, type SchedulerLike, Subject } from 'rxjs';
import type { Tick } from '../../schema/tick.ts';
import { type ClockStep, clockSteps } from './clock-steps.ts';
import { feedAgreement } from './feed-agreement.ts';
import type { MachineClock } from './machine-clock.ts';
import { realClock, steadyClock } from './steady-clock.ts';

/** The trusted time was set to the wall clock's: from one instant to another, Unix ms. */
export interface ClockSet {
  readonly from: number;
  readonly to: number;
}

export interface TrustedClockState {
  /** Steps of the wall clock since the start. */
  readonly steps: number;
  /** Size, ms, and time, Unix ms, of the last step; null before the first. */
  readonly last: { readonly ms: number; readonly at: number } | null;
  /** How far the wall clock is ahead of the trusted time, ms; negative where it is behind. */
  readonly apartMs: number;
  /** How far the trusted time is ahead of the feed's, ms, where ticks are rejected or late because of it; negative where it is behind. */
  readonly wrongByMs: number | null;
}

/** The time of day that decides about the market: trading hours, late ticks, closes. */
export interface TrustedClock {
  /** For durations: never steps. */
  readonly steady: SchedulerLike;
  /** Time of day: steps when the feed confirms the wall clock's new time, or does not contradict it for `patienceMs`. */
  readonly clock: SchedulerLike;
  /** To be called with every tick of the provider, before any is rejected. */
  readonly observe: (tick: Tick) => void;
  readonly steps$: Observable<ClockStep>;
  readonly set$: Observable<ClockSet>;
  /** Emits when the feed begins to contradict the trusted time: by how much that is ahead, ms; null when it ceases to. */
  readonly wrong$: Observable<number | null>;
  readonly state: () => TrustedClockState;
  readonly close: () => void;
}

export interface TrustedClockOptions {
  readonly machine: MachineClock;
  /** A tick further ahead than this is rejected, ms. */
  readonly maxAheadMs: number;
  /** Interval of checks of the wall clock, ms. @default 1 s */
  readonly checkMs?: number;
  /** Where no tick decides which is right, the wall clock's new time is adopted after this, ms. @default 60 s */
  readonly patienceMs?: number;
}

/** A smaller difference is an ordinary adjustment of the wall clock, ms. */
const stepMs = 500;
/** Difference between two readings by rounding alone, ms. */
const jitterMs = 20;
/** A live tick is at most this late; a feed that is later cannot decide, ms. */
const liveMs = 30_000;
/** Ticks in a row that fit only the wall clock before its time is adopted. */
const votesNeeded = 3;

/**
 * A time of day that a step of the wall clock does not move. It advances with the monotonic clock, and ticks decide which of the two is
 * right: while they fit the trusted time, the wall clock is ignored; when they fit only the wall clock, its time is adopted.
 *
 *     wall     12:00  13:01  12:02    set an hour ahead, and back a minute later
 *     ticks    12:00  12:01  12:02
 *     trusted  12:00  12:01  12:02
 */
export function trustedClock(options: TrustedClockOptions): TrustedClock {
  const { machine, maxAheadMs, checkMs = 1_000, patienceMs = 60_000 } = options;
  const steady = steadyClock(machine);
  const takeStep = clockSteps({ machine, stepMs });
  const agreement = feedAgreement({ maxAheadMs });
  const newestOf = new Map<string, number>();
  const steps$ = new Subject<ClockStep>();
  const set$ = new Subject<ClockSet>();
  const wrong$ = new Subject<number | null>();
  let correction = 0;
  let steps = 0;
  let last: TrustedClockState['last'] = null;
  let votes = 0;
  /** When a tick last fitted the trusted time, and when the wall clock last stepped; steady ms. */
  let confirmedAt = -Infinity;
  let apartSince = 0;
  let isWrong = false;
  /** Does the wall clock differ by a step, as of the last check? */
  let isApart = false;

  const now = () => steady.now() + correction;
  /** How far the wall clock is ahead of the monotonic one since the start. */
  const offset = () => machine.wallNow() - steady.now();
  const fits = (aheadMs: number) => aheadMs <= maxAheadMs && aheadMs >= -liveMs;

  const emitWrong = () => {
    const by = agreement.wrongBy();
    if ((by !== null) === isWrong) return;
    isWrong = by !== null;
    wrong$.next(by);
  };
  const adopt = (to: number) => {
    const from = now();
    correction = to;
    votes = 0;
    isApart = false;
    agreement.reset();
    emitWrong();
    set$.next({ from, to: now() });
  };

  const observe = ({ symbol, eventTime }: Tick) => {
    const before = newestOf.get(symbol);
    if (before === undefined || eventTime > before) newestOf.set(symbol, eventTime);
    const at = steady.now();
    const aheadMs = eventTime - at - correction;
    const wall = isApart || !fits(aheadMs) ? offset() : correction;
    const isWallsToo = fits(eventTime - at - wall);
    if (fits(aheadMs)) {
      // Where both fit, the tick does not decide, and `patienceMs` does.
      if (!isApart || !isWallsToo) confirmedAt = at;
      votes = 0;
    } else {
      votes = isWallsToo && Math.abs(wall - correction) >= stepMs ? votes + 1 : 0;
      if (votes >= votesNeeded) {
        adopt(wall);
        return;
      }
    }
    agreement.observe(aheadMs, before !== undefined && eventTime > before, at);
    if (isWrong || agreement.wrongBy() !== null) emitWrong();
  };

  const check = () => {
    const at = steady.now();
    const step = takeStep();
    if (step !== undefined) {
      steps++;
      last = { ms: step.ms, at: now() };
      apartSince = at;
      steps$.next(step);
    }
    const apart = offset() - correction;
    isApart = Math.abs(apart) >= stepMs;
    // A difference this small is followed, or the two clocks would drift apart.
    if (!isApart) correction += Math.abs(apart) > jitterMs ? apart : 0;
    else if (at - Math.max(apartSince, confirmedAt) >= patienceMs) adopt(correction + apart);
  };
  const timer = steady.schedule(function () {
    check();
    this.schedule(undefined, checkMs);
  }, checkMs);

  return {
    steady,
    clock: realClock(now),
    observe,
    steps$,
    set$,
    wrong$,
    state: () => ({
      steps,
      last,
      apartMs: Math.round(offset() - correction),
      wrongByMs: agreement.wrongBy(),
    }),
    close: () => timer.unsubscribe(),
  };
}
