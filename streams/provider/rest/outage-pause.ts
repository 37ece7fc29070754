import { backoff } from '../../backoff.ts';

/** Holds calls back while the other side is away: one at a time then, ever more rarely, until one is answered. */
export interface OutagePause {
  /** A call was not answered, or by somebody who cannot. Times Unix ms. */
  readonly failed: (startedAt: number, now: number) => void;
  readonly answered: () => void;
  /** When the next call may be made, Unix ms; Infinity while one is out to see. */
  readonly opensAt: (active: number) => number;
  /** Since when nothing was answered, Unix ms; null while all is well. */
  readonly since: () => number | null;
}

export interface OutagePauseOptions {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** An outage begins, or is over. */
  readonly onAway: (isAway: boolean) => void;
}

const longestMs = 60_000;

export function createOutagePause({ random, onAway }: OutagePauseOptions): OutagePause {
  let failures = 0;
  let since: number | null = null;
  let lastFailure = -Infinity;
  let opensAt = -Infinity;
  return {
    failed: (startedAt, now) => {
      // Calls that were out together fail together: one failure.
      if (startedAt < lastFailure) return;
      failures++;
      lastFailure = now;
      opensAt = now + backoff(failures, { maxMs: longestMs, random });
      if (since !== null) return;
      since = now;
      onAway(true);
    },
    answered: () => {
      if (since === null) return;
      failures = 0;
      since = null;
      opensAt = -Infinity;
      onAway(false);
    },
    opensAt: (active) => (failures > 0 && active > 0 ? Infinity : opensAt),
    since: () => since,
  };
}
