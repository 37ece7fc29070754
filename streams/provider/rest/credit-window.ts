/** Credits of one window of the provider's plan, as far as we know. */
export interface CreditWindowState {
  readonly limit: number;
  readonly used: number;
  readonly left: number;
  /** When the next window begins, Unix ms. */
  readonly resetsAt: number;
  /** The provider itself reported that this window is used up. */
  readonly isExhausted: boolean;
}

export interface CreditWindow {
  readonly state: (now: number) => CreditWindowState;
  readonly take: (now: number, cost: number) => void;
  /** Applies the provider's own count of the window that `startedAt`, the time of the call, lies in. Returns credits beyond our count. */
  readonly settle: (now: number, startedAt: number, used: number, left: number) => number;
  /** Refunds a call of `startedAt` that delivered nothing. */
  readonly refund: (now: number, startedAt: number, cost: number) => void;
  /** Credits billed beyond what was taken. */
  readonly add: (now: number, cost: number) => void;
  readonly exhaust: (now: number) => void;
}

/** Counts one calendar window (a minute, a day) of UTC. */
export function createCreditWindow(configured: number, lengthMs: number): CreditWindow {
  let limit = configured;
  let used = 0;
  let current = -1;
  let isExhausted = false;

  const rollOver = (now: number) => {
    const window = Math.floor(now / lengthMs);
    if (window <= current) return;
    current = window;
    used = 0;
    isExhausted = false;
  };
  return {
    state: (now) => {
      rollOver(now);
      const left = isExhausted ? 0 : Math.max(0, limit - used);
      return { limit, used, left, resetsAt: (current + 1) * lengthMs, isExhausted };
    },
    take: (now, cost) => {
      rollOver(now);
      used += cost;
    },
    settle: (now, startedAt, statedUsed, statedLeft) => {
      rollOver(now);
      // Where nothing is left, calls beyond the limit may have been counted too.
      if (statedLeft > 0 || statedUsed < limit) limit = statedUsed + statedLeft;
      if (Math.floor(startedAt / lengthMs) !== current) return 0;
      const extra = Math.max(0, statedUsed - used);
      used += extra;
      return extra;
    },
    refund: (now, startedAt, cost) => {
      rollOver(now);
      if (Math.floor(startedAt / lengthMs) === current) used = Math.max(0, used - cost);
    },
    add: (now, cost) => {
      rollOver(now);
      used += cost;
    },
    exhaust: (now) => {
      rollOver(now);
      isExhausted = true;
    },
  };
}
