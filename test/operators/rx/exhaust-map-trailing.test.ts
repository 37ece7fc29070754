import { map, of, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { operatorContract } from '../../operator-contract.ts';
import { exhaustMapTrailing } from '../../../operators/rx/exhaust-map-trailing.ts';

operatorContract('exhaustMapTrailing', {
  make: () => exhaustMapTrailing<number, string>(() => of('x', 'y')),
  inputs: [1, 2, 3],
});

describe('exhaustMapTrailing', () => {
  const run = (test: (helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0]) => void) =>
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);

  it('runs once more for all values that arrived during a run', () =>
    run(({ hot, cold, expectObservable }) => {
      const wanted = hot('      a-b-c--------d---|');
      const work = () => cold(' ----(x|)');
      expectObservable(wanted.pipe(exhaustMapTrailing(work))).toBe('----x---x--------(x|)');
    }));

  it('handles a synchronous run, and passes its error on', () =>
    run(({ hot, expectObservable }) => {
      const wanted = hot('a-a-|');
      expectObservable(wanted.pipe(exhaustMapTrailing(() => of('x')))).toBe('x-x-|');
      expectObservable(wanted.pipe(exhaustMapTrailing(() => throwError(() => 'no').pipe(map(String))))).toBe(
        '#',
        {},
        'no',
      );
    }));
});
