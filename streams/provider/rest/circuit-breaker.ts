import { jitteredBackoff } from '../../jittered-backoff.ts';

/** Holds calls back during an outage: one probe at a time, with a growing delay, until one is answered. */
export interface CircuitBreaker {
  /** A call failed: no answer, or a server error. Times Unix ms. */
  readonly failed: (startedAt: number, now: number) => void;
  readonly answered: () => void;
  /** When the next call may be made, Unix ms; Infinity while a probe is in flight. `active`: calls in flight. */
  readonly nextCallAt: (active: number) => number;
  /** Start of the outage, Unix ms; null where there is none. */
  readonly outageSince: () => number | null;
}

export interface CircuitBreakerOptions {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** An outage begins, or is over. */
  readonly onAway: (isAway: boolean) => void;
}

const longestMs = 60_000;

export function createCircuitBreaker({ random, onAway }: CircuitBreakerOptions): CircuitBreaker {
  let failures = 0;
  let outageSince: number | null = null;
  let lastFailure = -Infinity;
  let nextCallAt = -Infinity;
  return {
    failed: (startedAt, now) => {
      // Calls that were in flight together fail together: that is one failure.
      if (startedAt < lastFailure) return;
      failures++;
      lastFailure = now;
      nextCallAt = now + jitteredBackoff(failures, { maxMs: longestMs, random });
      if (outageSince !== null) return;
      outageSince = now;
      onAway(true);
    },
    answered: () => {
      if (outageSince === null) return;
      failures = 0;
      outageSince = null;
      nextCallAt = -Infinity;
      onAway(false);
    },
    nextCallAt: (active) => (failures > 0 && active > 0 ? Infinity : nextCallAt),
    outageSince: () => outageSince,
  };
}
