import type { Part } from './health.ts';
import type { Achieved } from '../achieved.ts';
import { limits } from './limits.ts';
import { seconds } from './seconds.ts';

/** Closes that were whole and in time, and their decisions. */
export function decisionsPart({ ageMs, oldestDue }: Pick<Achieved, 'ageMs' | 'oldestDue'>): Part {
  const figures = { last_seconds: seconds(ageMs('decision')) };
  const due = oldestDue();
  if (due === undefined || due.waitMs <= limits.decisionMs) return { state: 'ok', ...figures };
  return {
    state: 'degraded',
    reason: `${due.symbol} ${due.timeframe} closed ${Math.round(due.waitMs / 1000)} s ago and has no decision`,
    ...figures,
  };
}
