import type { SchedulerLike, Subscription } from 'rxjs';
import { createCreditWindow, type CreditWindowState } from './credit-window.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { createRequestQueue, type QueuedRequest } from './request-queue.ts';

/** The day's credits are used up: no further request before midnight UTC. */
export class DayExhaustedError extends Error {
  override name = 'DayExhaustedError';
  /** How long until then, ms. */
  readonly waitMs: number;
  constructor(resetsAt: number, now: number) {
    super(`the day's credits are used up until ${new Date(resetsAt).toISOString()}`);
    this.waitMs = resetsAt - now;
  }
}

export class BudgetClosedError extends Error {
  override name = 'BudgetClosedError';
}

export interface CreditBudgetOptions {
  readonly perMinute: number;
  readonly perDay: number;
  /** Credits of this day that were spent before. @default 0 */
  readonly usedToday?: number;
  readonly clock: SchedulerLike;
  /** Uniform in [0, 1), for the jitter. @default none: the longest delays */
  readonly random?: () => number;
  /** An outage of the provider begins, or is over. */
  readonly onAway?: (isAway: boolean) => void;
  /** Requests that may wait in the queue. @default 500 */
  readonly maxWaiting?: number;
  /** Requests in flight at once. @default 4 */
  readonly maxActive?: number;
}

interface CreditRequest extends QueuedRequest {
  /** Share of the day's credits that it leaves to others. @default 0 */
  readonly spares?: number;
}

/** Credits taken for one call; each lease is released once. */
export interface CreditLease {
  /** Corrects our count by that of the answer's headers. */
  readonly settle: (used: number, left: number) => void;
  /** The provider refused the call for lack of credits. */
  readonly exhausted: (window: 'minute' | 'day') => void;
  /** The provider has answered, with data or an error: there is no outage. */
  readonly answered: () => void;
  /** No answer: other requests are held back, and the day's credit is refunded, for nothing was delivered. */
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
  /** Start of the provider's outage, Unix ms; requests wait during it, and one probe at a time is sent. */
  readonly awaySince: number | null;
  /** The window whose credits are used up now. */
  readonly exhausted: 'minute' | 'day' | null;
}

export interface CreditBudget {
  /** Resolves when the call may be made. Rejects with DayExhaustedError, BudgetFullError, or the signal's reason. */
  readonly acquire: (request: CreditRequest) => Promise<CreditLease>;
  readonly state: () => CreditBudgetState;
  /** Rejects all waiting requests. */
  readonly close: () => void;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** The provider's minute may begin a little later than ours. */
const resetMarginMs = 1_000;

/** Shares the plan's credits among requests, most urgent first, and corrects its own count by the provider's. */
export function createCreditBudget(options: CreditBudgetOptions): CreditBudget {
  const { perMinute, perDay, clock, random = () => 1, onAway = () => {} } = options;
  const { maxWaiting = 500, maxActive = 4 } = options;
  const minute = createCreditWindow(perMinute, minuteMs);
  const day = createCreditWindow(perDay, dayMs);
  day.add(clock.now(), options.usedToday ?? 0);
  const breaker = createCircuitBreaker({ random, onAway });
  const queue = createRequestQueue<CreditLease>(maxWaiting);
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
      settle: (used, left) => day.add(clock.now(), minute.settle(clock.now(), startedAt, used, left)),
      exhausted: (window) => (window === 'day' ? day : minute).exhaust(clock.now()),
      answered: () => {
        answers++;
        breaker.answered();
      },
      failed: () => {
        breaker.failed(startedAt, clock.now());
        day.refund(clock.now(), startedAt, cost);
      },
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        active--;
        pump();
      },
    };
  };

  const pump = () => {
    wake?.unsubscribe();
    const now = clock.now();
    const today = day.state(now);
    const next = () => (active < maxActive ? queue.nextCost() : undefined);
    for (let cost = next(); cost !== undefined; cost = next()) {
      // A request dearer than a whole minute's credits is granted alone, at the start of a minute.
      const { left, limit } = minute.state(now);
      const nextCallAt = breaker.nextCallAt(active);
      if (today.isExhausted || day.state(now).left < Math.min(cost, today.limit)) {
        queue.rejectAll(new DayExhaustedError(today.resetsAt, now));
      } else if (nextCallAt > now) {
        // While a probe is in flight there is no time to wake at: its release pumps again.
        if (nextCallAt < Infinity) wake = clock.schedule(pump, nextCallAt - now);
        return;
      } else if (left < Math.min(cost, limit)) {
        wake = clock.schedule(pump, minute.state(now).resetsAt + resetMarginMs - now);
        return;
      } else {
        queue.grantNext(lease(cost));
      }
    }
  };

  /** Why a request may not even wait; undefined where it may. */
  const refusalOf = ({ cost, spares = 0, signal }: CreditRequest): Error | undefined => {
    if (isClosed) return new BudgetClosedError('the budget is closed');
    if (signal?.aborted === true) return signal.reason as Error;
    const { left, limit, resetsAt } = day.state(clock.now());
    const leavesTooLittle = spares > 0 && left - cost < spares * limit;
    return leavesTooLittle ? new DayExhaustedError(resetsAt, clock.now()) : undefined;
  };

  return {
    acquire: (request) => {
      const refusal = refusalOf(request);
      if (refusal !== undefined) return Promise.reject(refusal);
      const granted = queue.add(request);
      pump();
      return granted;
    },
    state: () => {
      const now = clock.now();
      const windows = { minute: minute.state(now), day: day.state(now) };
      const awaySince = breaker.outageSince();
      return {
        ...windows,
        waiting: queue.size(),
        active,
        answers,
        awaySince,
        exhausted: exhaustedOf(windows),
      };
    },
    close: () => {
      isClosed = true;
      wake?.unsubscribe();
      queue.rejectAll(new BudgetClosedError('the budget is closed'));
    },
  };
}

const exhaustedOf = ({ minute, day }: Pick<CreditBudgetState, 'minute' | 'day'>) =>
  day.left === 0 ? 'day' : minute.left === 0 ? 'minute' : null;
