import type { CreditBudgetState } from '../../streams/provider/rest/credit-budget.ts';
import type { Part } from './health.ts';
import type { Achieved } from '../achieved.ts';
import { limits } from './limits.ts';
import { seconds } from './seconds.ts';

/** The provider's REST: its credits, and when it last gave an answer of use. */
export function restPart(budget: CreditBudgetState, { ageMs, rest }: Pick<Achieved, 'ageMs' | 'rest'>): Part {
  const { minute, day, waiting, exhausted, awaySince } = budget;
  const figures = { minute, day, waiting, last_good_seconds: seconds(ageMs('rest')) };
  if (awaySince !== null)
    return {
      state: 'degraded',
      reason: `the provider's REST does not answer since ${new Date(awaySince).toISOString()}`,
      ...figures,
    };
  if (rest.failures >= limits.restFailures)
    return {
      state: 'degraded',
      reason: `the last ${rest.failures} answers of the provider's REST were of no use: ${rest.lastFailure ?? ''}`,
      ...figures,
    };
  return {
    state: exhausted === 'day' ? 'degraded' : 'ok',
    ...(exhausted === null ? {} : { reason: `the ${exhausted}'s credits are used up` }),
    ...figures,
  };
}
