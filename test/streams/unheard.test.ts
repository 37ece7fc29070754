import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { Interruption } from '../../streams/interruptions.ts';
import { unheard } from '../../streams/unheard.ts';

describe('unheard', () => {
  it('lets no stall of our own pass for the return of the feed', () =>
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
      ({ hot, expectObservable }) => {
        const told = (from: number, to: number): Interruption => ({
          kind: 'interruption',
          from,
          to,
          reason: '',
        });
        const values = { a: told(1, Infinity), b: told(1, 9), s: told(2, 4) };
        const feed = hot('    ---a----------b--|', values);
        const stalls = hot('  -s-----s--------s|', values);
        expectObservable(unheard(feed, stalls)).toBe('-s-a----------b-s|', values);
      },
    ));
});
