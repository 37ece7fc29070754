import { type Observable, type SchedulerLike, Subject } from 'rxjs';
import type { Tick } from '../../schema/tick.ts';
import { type ClockStep, clockSteps } from './clock-steps.ts';
import { feedAgreement } from './feed-agreement.ts';
import type { MachineClock } from './machine-clock.ts';
import { realClock, steadyClock } from './steady-clock.ts';

/** The time of day was set to the wall clock's: from one instant to another, Unix ms. */
export interface ClockSet {
  readonly from: number;
  readonly to: number;
}

export interface TrustedClockState {
  /** Steps of the wall clock since the start. */
  readonly steps: number;
  /** The last one, ms, and when, Unix ms; null before the first. */
  readonly last: { readonly ms: number; readonly at: number } | null;
  /** How far the wall clock is ahead of the trusted time, ms; below 0 where it is behind. */
  readonly apartMs: number;
  /** How far the trusted time is ahead of the feed's, ms, where ticks are useless for it; below 0 where it is behind. */
  readonly wrongByMs: number | null;
}

/** The time of day that the market is judged by. */
export interface TrustedClock {
  /** Durations: never steps. */
  readonly steady: SchedulerLike;
  /** Time of day: steps where the feed, or long patience, says that the wall clock's new time is the right one. */
  readonly clock: SchedulerLike;
  /** Every tick of the provider, before any is rejected. */
  readonly observe: (tick: Tick) => void;
  readonly steps$: Observable<ClockStep>;
  readonly set$: Observable<ClockSet>;
  /** The feed begins, or ceases, to contradict the time: by how much it is ahead, ms. */
  readonly wrong$: Observable<number | null>;
  readonly state: () => TrustedClockState;
  readonly close: () => void;
}

export interface TrustedClockOptions {
  readonly machine: MachineClock;
  /** A tick further ahead than this is rejected, ms. */
  readonly maxAheadMs: number;
  /** The wall clock is looked at this often, ms. @default 1 s */
  readonly checkMs?: number;
  /** Without a feed that says which is right, the wall clock's new time is taken after this, ms. @default 60 s */
  readonly patienceMs?: number;
}

/** Less is how a clock is kept in time. ms */
const stepMs = 500;
/** Two readings are so far apart by rounding. ms */
const jitterMs = 20;
/** A live tick is not later than that: a later feed is not waited for. ms */
const liveMs = 30_000;
/** So many ticks in a row that fit the wall clock alone decide for it. */
const votesNeeded = 3;

/**
 * A time of day that a step of the wall clock does not move. It goes on as the monotonic clock does, and the ticks tell which of the two is
 * right: where they fit our time, the wall clock may say what it likes; where they fit the wall clock's alone, its time is taken.
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
  /** When a tick last fitted our time, and since when the wall clock has kept its distance; steady ms. */
  let confirmedAt = -Infinity;
  let apartSince = 0;
  let isWrong = false;
  /** As of the last look. */
  let isApart = false;

  const now = () => steady.now() + correction;
  /** How far the wall clock is ahead of the monotonic one since the start. */
  const offset = () => machine.wallNow() - steady.now();
  const fits = (aheadMs: number) => aheadMs <= maxAheadMs && aheadMs >= -liveMs;

  const tellWrong = () => {
    const by = agreement.wrongBy();
    if ((by !== null) === isWrong) return;
    isWrong = by !== null;
    wrong$.next(by);
  };
  const take = (to: number) => {
    const from = now();
    correction = to;
    votes = 0;
    isApart = false;
    agreement.reset();
    tellWrong();
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
      // Where both fit, the tick says nothing, and patience decides.
      if (!isApart || !isWallsToo) confirmedAt = at;
      votes = 0;
    } else {
      votes = isWallsToo && Math.abs(wall - correction) >= stepMs ? votes + 1 : 0;
      if (votes >= votesNeeded) {
        take(wall);
        return;
      }
    }
    agreement.observe(aheadMs, before !== undefined && eventTime > before, at);
    if (isWrong || agreement.wrongBy() !== null) tellWrong();
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
    // So little is no step: followed, or the two would drift apart.
    if (!isApart) correction += Math.abs(apart) > jitterMs ? apart : 0;
    else if (at - Math.max(apartSince, confirmedAt) >= patienceMs) take(correction + apart);
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
