import { expect, it } from 'vitest';
import { newestTerm } from '../../cluster/newest-term.ts';

it('accepts no term below the highest that it has heard of', () => {
  const { accepts } = newestTerm(3);
  expect([2, 3, 3, 5, 3, 4, 5, 6].map(accepts)).toEqual([false, true, true, true, false, false, true, true]);
});
