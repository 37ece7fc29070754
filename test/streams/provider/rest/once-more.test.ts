import { map, of, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { onceMore } from '../../../../streams/provider/rest/once-more.ts';

describe('onceMore', () => {
  const run = (test: (helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0]) => void) =>
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);

  it('does work again, once, for all that was wanted while it went on', () =>
    run(({ hot, cold, expectObservable }) => {
      const wanted = hot('      a-b-c--------d---|');
      const work = () => cold(' ----(x|)');
      expectObservable(wanted.pipe(onceMore(work))).toBe('----x---x--------(x|)');
    }));

  it('takes work that is done at once, and passes its failure on', () =>
    run(({ hot, expectObservable }) => {
      const wanted = hot('a-a-|');
      expectObservable(wanted.pipe(onceMore(() => of('x')))).toBe('x-x-|');
      expectObservable(wanted.pipe(onceMore(() => throwError(() => 'no').pipe(map(String))))).toBe(
        '#',
        {},
        'no',
      );
    }));
});
