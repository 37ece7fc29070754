import type { DeliveryState } from '../../schema/signal.ts';

/** How an attempt ended, as the operator reads it. */
export interface Attempt {
  readonly attempt: number;
  /** Wall clock, Unix ms. */
  readonly at: number;
  readonly state: DeliveryState;
  readonly answer: string;
}

/** Attempts remembered a post. */
const kept = 20;

/** The `history` column with one attempt more, as JSON. */
export const withAttempt = (history: readonly Attempt[], attempt: Attempt): string =>
  JSON.stringify([...history, attempt].slice(-kept));
