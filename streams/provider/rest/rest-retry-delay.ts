import { DayExhaustedError } from './credit-budget.ts';
import { ProviderError } from './parse-time-series.ts';

/** A symbol or a plan refused now is hardly accepted ten minutes later, and each request costs a credit, ms. */
const refusedMs = 3_600_000;
/** The provider's day may begin a little later than ours, ms. */
const newDayMs = 5_000;
/** After a failure; grows with each, up to ten times as long, ms. */
const failedMs = 60_000;

/** Delay before bars that REST did not return are requested again, ms; `attempt` counts from 1. */
export function restRetryDelay(error: unknown, attempt: number): number {
  if (error instanceof DayExhaustedError) return error.waitMs + newDayMs;
  if (error instanceof ProviderError && error.code >= 400 && error.code < 500 && error.code !== 429)
    return refusedMs;
  return failedMs * Math.min(attempt, 10);
}
