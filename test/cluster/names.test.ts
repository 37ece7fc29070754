import { expect, it } from 'vitest';
import { namesOf } from '../../cluster/names.ts';
import { newestTerm } from '../../cluster/newest-term.ts';

it('names are one installation’s own, and those that its processes of other versions use', () => {
  expect(namesOf('e1')).toEqual({
    term: 'anso:e1:term',
    bus: 'anso:e1:bus',
    snapshot: 'anso:e1:snapshot',
    demand: 'anso:e1:demand',
    demanded: 'anso:e1:demanded',
    processes: 'anso:e1:processes',
    cards: 'anso:e1:cards',
    queues: 'anso:e1',
  });
});

it('the newest term is the highest that was heard of', () => {
  const { accepts } = newestTerm(3);
  expect([2, 3, 3, 5, 3, 4, 5, 6].map(accepts)).toEqual([false, true, true, true, false, false, true, true]);
});
