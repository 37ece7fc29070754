import type { z } from 'zod';
import { fieldPath } from '../schema/outside/field-path.ts';
import { Problem } from './problem.ts';

const maxTold = 3;

/** What is wrong and where, as `candles[17].close: must be above 0`. */
export function inputProblem({ issues }: z.ZodError): Problem {
  const told = issues.slice(0, maxTold).map((issue) => {
    const where = fieldPath(issue.path);
    return where === '' ? issue.message : `${where}: ${issue.message}`;
  });
  const more = issues.length > maxTold ? `; and ${issues.length - maxTold} more` : '';
  const tooFew = issues.some((issue) => issue.code === 'too_small' && issue.path.join('.') === 'candles');
  return new Problem(400, tooFew ? 'insufficient_data' : 'bad_request', told.join('; ') + more);
}
