import type { SchedulerLike, Subscription } from 'rxjs';
import { createCreditWindow, type CreditWindowState } from './credit-window.ts';
import { createOutagePause } from './outage-pause.ts';

/** The day's credits are used up: nothing more can be asked before midnight UTC. */
export class DayExhaustedError extends Error {
  override name = 'DayExhaustedError';
  /** How long until then, ms. */
  readonly waitMs: number;
  constructor(resetsAt: number, now: number) {
    super(`the day's credits are used up until ${new Date(resetsAt).toISOString()}`);
    this.waitMs = resetsAt - now;
  }
}

/** Too many requests wait already, and this one is the least urgent. */
export class BudgetFullError extends Error {
  override name = 'BudgetFullError';
}

export class BudgetClosedError extends Error {
  override name = 'BudgetClosedError';
}

export interface CreditBudgetOptions {
  readonly perMinute: number;
  readonly perDay: number;
  readonly clock: SchedulerLike;
  /** Uniform in [0, 1), for the jitter. @default none: the longest waits */
  readonly random?: () => number;
  /** An outage of the provider begins, or is over. */
  readonly onAway?: (isAway: boolean) => void;
  /** Requests that may wait. @default 500 */
  readonly maxWaiting?: number;
  /** Requests under way at once. @default 4 */
  readonly maxActive?: number;
}

interface CreditRequest {
  readonly cost: number;
  /** Higher goes first: the end of the gap it fills, so that the most recent one is filled first. */
  readonly priority: number;
  /** Share of the day's credits that it leaves to others. @default 0 */
  readonly spares?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Credits taken for one call; each lease is released once. */
export interface CreditLease {
  /** What the answer's headers said, if they said anything. */
  readonly settle: (used: number, left: number) => void;
  /** The provider refused the call for lack of credits. */
  readonly exhausted: (window: 'minute' | 'day') => void;
  /** The provider has answered, whatever: it is there. */
  readonly answered: () => void;
  /** It has not: others wait, and the day's credit comes back, for nothing was given. */
  readonly failed: () => void;
  readonly release: () => void;
}

export interface CreditBudgetState {
  readonly minute: CreditWindowState;
  readonly day: CreditWindowState;
  readonly waiting: number;
  readonly active: number;
  /** Calls answered since the start. */
  readonly answers: number;
  /** Since when the provider has not answered, Unix ms; requests wait then, and one at a time looks whether it is back. */
  readonly awaySince: number | null;
  /** What holds requests up now. */
  readonly exhausted: 'minute' | 'day' | null;
}

export interface CreditBudget {
  /** Resolves when the call may be made. Rejects with DayExhaustedError, BudgetFullError, or the signal's reason. */
  readonly acquire: (request: CreditRequest) => Promise<CreditLease>;
  readonly state: () => CreditBudgetState;
  /** Rejects all that waits. */
  readonly close: () => void;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** The provider's minute may begin a little later than ours. */
const turnMarginMs = 1_000;

interface Waiting extends CreditRequest {
  readonly grant: (lease: CreditLease) => void;
  readonly refuse: (reason: unknown) => void;
}

/** Shares the plan's credits among requests, most urgent first, and lets the provider's own count correct ours. */
export function createCreditBudget(options: CreditBudgetOptions): CreditBudget {
  const { perMinute, perDay, clock, random = () => 1, onAway = () => {} } = options;
  const { maxWaiting = 500, maxActive = 4 } = options;
  const minute = createCreditWindow(perMinute, minuteMs);
  const day = createCreditWindow(perDay, dayMs);
  const pause = createOutagePause({ random, onAway });
  const waiting: Waiting[] = [];
  let active = 0;
  let answers = 0;
  let wake: Subscription | undefined;
  let isClosed = false;

  const lease = (cost: number): CreditLease => {
    const startedAt = clock.now();
    let isHeld = true;
    active++;
    minute.take(startedAt, cost);
    day.take(startedAt, cost);
    return {
      settle: (used, left) => {
        const extra = minute.settle(clock.now(), startedAt, used, left);
        day.add(clock.now(), extra);
      },
      exhausted: (window) => (window === 'day' ? day : minute).exhaust(clock.now()),
      answered: () => {
        answers++;
        pause.answered();
      },
      failed: () => {
        pause.failed(startedAt, clock.now());
        day.giveBack(clock.now(), startedAt, cost);
      },
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        active--;
        pump();
      },
    };
  };

  const first = () => (active < maxActive ? waiting[0] : undefined);

  const pump = () => {
    wake?.unsubscribe();
    const now = clock.now();
    const today = day.state(now);
    for (let next = first(); next !== undefined; next = first()) {
      // A call dearer than a whole minute is let through alone in a fresh one.
      const { left, limit } = minute.state(now);
      if (today.isExhausted || day.state(now).left < Math.min(next.cost, today.limit)) {
        for (const { refuse } of waiting.splice(0)) refuse(new DayExhaustedError(today.resetsAt, now));
      } else if (pause.opensAt(active) > now) {
        // Without a time, whoever is out wakes the others.
        const wait = pause.opensAt(active) - now;
        if (wait < Infinity) wake = clock.schedule(pump, wait);
        return;
      } else if (left < Math.min(next.cost, limit)) {
        wake = clock.schedule(pump, minute.state(now).resetsAt + turnMarginMs - now);
        return;
      } else {
        waiting.shift();
        next.grant(lease(next.cost));
      }
    }
  };

  const isSpared = (cost: number, share: number): boolean => {
    const { left, limit } = day.state(clock.now());
    return share > 0 && left - cost < share * limit;
  };

  const enqueue = (entry: Waiting) => {
    const behind = waiting.findIndex(({ priority }) => priority < entry.priority);
    waiting.splice(behind === -1 ? waiting.length : behind, 0, entry);
    if (waiting.length <= maxWaiting) return;
    waiting.pop()!.refuse(new BudgetFullError(`${maxWaiting} requests wait for credits already`));
  };

  return {
    acquire: ({ cost, priority, spares = 0, signal }) =>
      new Promise<CreditLease>((resolve, reject) => {
        if (isClosed) reject(new BudgetClosedError('the budget is closed'));
        else if (signal?.aborted === true) reject(signal.reason as Error);
        else if (isSpared(cost, spares))
          reject(new DayExhaustedError(day.state(clock.now()).resetsAt, clock.now()));
        else {
          const onAbort = () => {
            const at = waiting.indexOf(entry);
            if (at !== -1) waiting.splice(at, 1);
            reject(signal?.reason as Error);
          };
          const done = () => signal?.removeEventListener('abort', onAbort);
          const entry: Waiting = {
            cost,
            priority,
            grant: (granted) => {
              done();
              resolve(granted);
            },
            refuse: (reason) => {
              done();
              reject(reason);
            },
          };
          signal?.addEventListener('abort', onAbort, { once: true });
          enqueue(entry);
          pump();
        }
      }),
    state: () => {
      const now = clock.now();
      const [minuteState, dayState] = [minute.state(now), day.state(now)];
      const exhausted = dayState.left === 0 ? 'day' : minuteState.left === 0 ? 'minute' : null;
      return {
        minute: minuteState,
        day: dayState,
        waiting: waiting.length,
        active,
        answers,
        awaySince: pause.since(),
        exhausted,
      };
    },
    close: () => {
      isClosed = true;
      wake?.unsubscribe();
      for (const { refuse } of waiting.splice(0)) refuse(new BudgetClosedError('the budget is closed'));
    },
  };
}
