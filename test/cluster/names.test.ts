import { expect, it } from 'vitest';
import { namesOf } from '../../cluster/names.ts';

it('gives an installation names of its own, the same in every version', () => {
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
